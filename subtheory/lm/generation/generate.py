"""Generation: prompts to completions, token by token, with a key/value cache and one random key per prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..._compiled import Compiled
from ..._typing import Key, Params
from ..decoder.check import check_tokens
from ..decoder.decoder import Decoder
from ..model import LanguageModel
from .sampling import next_token_logits


@dataclass(frozen=True)
class Generated:
    """Completions, one for each prompt.

    Attributes:
        tokens: token ids of each completion, without its prompt, ``[≤ max_new_tokens]``; a token that ends the text is
            the last one.
        text: the same as text, without special tokens; None for a model without tokenizer.
    """

    tokens: list[np.ndarray]
    text: list[str] | None


def generate(
    lm: LanguageModel,
    prompts: Sequence[Any],
    max_new_tokens: int,
    temperature: float | int = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
    key: Key | None = None,
    *,
    batch_size: int = 64,
) -> Generated:
    """Complete every prompt until a token ends the text or ``max_new_tokens`` are written.

    Prompt i draws with fold_in(key, i), and its token t with fold_in of that and t: no two prompts share randomness,
    and a completion does not depend on which other prompts there are.

    Args:
        lm: the model.
        prompts: texts, or lists of token ids; a text is encoded with the checkpoint's special tokens.
        max_new_tokens: at least one.
        temperature: of the sampling; 0 takes the likeliest token (greedy).
        top_k: sample among the k likeliest only.
        top_p: sample among the likeliest that together reach this probability only.
        key: a JAX key; not needed for greedy decoding.
        batch_size: prompts run together; memory grows with it, results do not depend on it.

    Raises:
        ValueError: no prompts, an empty one, token ids outside the vocabulary, prompts and completions longer than the
            context, a temperature, k or p that means nothing, or sampling without a key.
    """
    ids = [_ids(lm, i, prompt) for i, prompt in enumerate(prompts)]
    _check(lm, ids, max_new_tokens, temperature, top_k, top_p, key, batch_size)
    base = jax.random.key(0) if key is None else key
    ends = jnp.asarray(lm.config.eos or (-1,), jnp.int32)
    built_in = temperature == 0, None if top_k is None else int(top_k), None if top_p is None else float(top_p)
    tokens: list[np.ndarray] = []
    for start in range(0, len(ids), batch_size):
        part = ids[start : start + batch_size]
        rows, width = _bucket(len(part), 1), _bucket(max(len(prompt) for prompt in part), 16)
        prompt = np.zeros((rows, width), np.int32)
        lengths = np.ones(rows, np.int32)
        for row, one in enumerate(part):
            prompt[row, : len(one)], lengths[row] = one, len(one)
        alive = np.arange(rows) < len(part)
        room = _bucket(max_new_tokens, 16)
        keys = jax.vmap(partial(jax.random.fold_in, base))(start + jnp.arange(rows))
        given = (prompt, lengths, alive, keys, jnp.float32(temperature or 1), ends, np.int32(max_new_tokens))
        written, count = _complete(lm.apply, room, *built_in, lm.params, *given)
        pairs = zip(np.asarray(written), np.asarray(count), strict=True)
        tokens += [row[:n] for row, n in list(pairs)[: len(part)]]
    text = None if lm.tokenizer is None else [lm.tokenizer.decode(one) for one in tokens]
    return Generated(tokens, text)


@Compiled
def _complete(
    decoder: Decoder,
    room: int,
    greedy: bool,
    top_k: int | None,
    top_p: float | None,
    params: Params,
    prompt: jax.Array,
    lengths: jax.Array,
    alive: jax.Array,
    keys: jax.Array,
    temperature: jax.Array,
    ends: jax.Array,
    limit: jax.Array,
) -> tuple[jax.Array, jax.Array]:
    """(completions ``[B, room]``, their lengths ``[B]``). Prompts begin at position 0; what follows one is unseen."""
    B, T = prompt.shape
    rows = jnp.arange(B)
    cache = decoder.empty_cache(params, B, T + room)
    hidden, cache = decoder.extend(params, prompt, jnp.arange(T, dtype=jnp.int32)[None, :], cache)

    def choose(hidden: jax.Array, step: jax.Array) -> jax.Array:
        logits = decoder.head(params, hidden)
        if greedy:
            return jnp.argmax(logits, axis=-1).astype(jnp.int32)
        logits = next_token_logits(logits, temperature.astype(logits.dtype), top_k, top_p)
        own = jax.vmap(lambda key: jax.random.fold_in(key, step))(keys)
        return jax.vmap(jax.random.categorical)(own, logits).astype(jnp.int32)

    def write(state, token, step):
        written, count, going = state
        written = written.at[:, step].set(jnp.where(going, token, written[:, step]))
        count = count + going.astype(jnp.int32)
        return written, count, going & ~jnp.any(token[:, None] == ends[None, :], axis=-1)

    def more(carry):
        step, _, _, (_, _, going) = carry
        return (step < limit) & jnp.any(going)

    def advance(carry):
        step, token, cache, state = carry
        hidden, cache = decoder.extend(params, token[:, None], (lengths + step - 1)[:, None], cache)
        token = choose(hidden[:, 0], step)
        return step + 1, token, cache, write(state, token, step)

    token = choose(hidden[rows, lengths - 1], jnp.int32(0))
    state = (jnp.zeros((B, room), jnp.int32), jnp.zeros(B, jnp.int32), alive)
    carry = (jnp.int32(1), token, cache, write(state, token, jnp.int32(0)))
    _, _, _, (written, count, _) = jax.lax.while_loop(more, advance, carry)
    return written, count


def _ids(lm: LanguageModel, index: int, prompt: Any) -> list[int]:
    if isinstance(prompt, str):
        if lm.tokenizer is None:
            raise ValueError(f"prompt {index} is text but the model has no tokenizer; expected a list of token ids.")
        if not prompt:
            raise ValueError(f"prompt {index} is empty; expected some text, or the ids that begin one.")
        prompt = lm.tokenizer.encode(prompt)
    array = np.asarray(prompt)
    if array.size == 0:
        raise ValueError(f"prompt {index} is empty; expected at least one token.")
    check_tokens(array[None], lm.config, f"the tokens of prompt {index}")
    return [int(token) for token in array]


def _check(lm: LanguageModel, ids: list, new: int, temperature, top_k, top_p, key, batch_size: int) -> None:
    if not ids:
        raise ValueError("got no prompts; expected at least one.")
    for name, value in (("max_new_tokens", new), ("batch_size", batch_size)):
        if value < 1:
            raise ValueError(f"{name} is {value}; expected at least 1.")
    longest = max(len(one) for one in ids)
    if longest + new > lm.config.context:
        raise ValueError(
            f"a prompt of {longest} tokens and {new} new ones exceed this model's context of {lm.config.context}; "
            "shorten one of them."
        )
    if not 0 <= temperature < float("inf"):
        raise ValueError(f"temperature is {temperature}; expected 0 (greedy) or a positive finite number.")
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k is {top_k}; expected at least 1.")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p is {top_p}; expected a probability above 0.")
    if temperature > 0 and key is None:
        raise ValueError("sampling needs a key; pass key=jax.random.key(seed), or temperature=0 for greedy decoding.")


def _bucket(count: int, least: int) -> int:
    """The next power of two, so that few shapes are compiled."""
    return max(least, 1 << (count - 1).bit_length())
