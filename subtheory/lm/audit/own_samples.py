"""What the model itself writes in place of the data, by the rules of the data: the audit's control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeGuard, cast

import jax
import numpy as np

from ..._typing import Key
from ..generation.generate import generate
from ..model import LanguageModel
from ..text.batches import Example
from ..text.encoding import conversation, encoded
from ..text.prompts import continuation_text
from .ends import without_end


def own_samples(
    lm: LanguageModel,
    examples: Sequence[Example],
    key: Key,
    longest: int,
    ends: bool = False,
    batch_size: int = 64,
) -> list[Example]:
    """What the model itself writes to the same prompts, at temperature 1, made into examples as the data were.

    A sample ends where the model ends it, or after ``longest`` tokens. Then it takes the way that the data took: where
    a completion of the data is text, the sample goes through text and back, in the chat template if the data are
    conversations, and with it goes the token that ends it; where it is token ids, its end stays if the data carry
    theirs. So data that the model itself wrote have the distribution of their control, token for token, and T9's
    premise holds: under its own distribution a model's score has no drift.

    Args:
        lm: the reference model.
        examples: whose prompts are taken.
        key: one for all; each prompt's own is derived.
        longest: how many tokens are drawn at most; what the data's writer was allowed.
        ends: whether completions of token ids keep the token that ends them.
        batch_size: prompts run together.

    Returns:
        at most as many examples, in order: a sample without any token left is no example.

    Raises:
        ValueError: a chat template that refuses what the model wrote, which is named as an own sample.
    """
    prompts = [_generation_prompt(lm, example) for example in examples]
    groups: dict[int, list[int]] = {}
    for place, prompt in enumerate(prompts):
        room = lm.config.context - len(prompt)
        if room > 0:
            groups.setdefault(min(longest, room), []).append(place)
    written: dict[int, Example] = {}
    for limit, places in sorted(groups.items()):
        own = jax.random.fold_in(key, limit)
        drawn = generate(lm, [prompts[place] for place in places], limit, key=own, batch_size=batch_size).tokens
        for place, tokens in zip(places, drawn, strict=True):
            example = _rewritten(lm, examples[place], prompts[place], tokens, ends)
            if example is not None:
                written[place] = example
    return [written[place] for place in sorted(written)]


def _generation_prompt(lm: LanguageModel, example: Example) -> list[int]:
    """The tokens after which the completion's writer began: the prompt's own encoding, without its end."""
    given = example.given
    if given is None or lm.tokenizer is None:
        return example.prompt.tolist()
    if isinstance(given, str):
        ids = lm.tokenizer.encode(given)
    elif _is_conversation(given):
        said = [{"role": role, "content": content} for role, content in given[:-1]]
        ids = lm.tokenizer.encode(lm.tokenizer.chat(said), special=False)
    else:
        ids = list(cast("tuple[int, ...]", given))
    while ids and ids[-1] in lm.config.eos:
        ids = ids[:-1]
    return ids or example.prompt.tolist()


def _rewritten(
    lm: LanguageModel, example: Example, prompt: list[int], tokens: np.ndarray, ends: bool
) -> Example | None:
    """A sample as an example of the data's kind; None if nothing of it is left."""
    given, where = example.given, f"own sample {example.name}"
    bare = without_end(tokens, lm.config.eos)
    if given is None:
        kept = np.asarray(tokens if ends else bare, example.completion.dtype)
        return replace(example, completion=kept) if len(kept) else None
    if not len(bare):
        return None
    text = continuation_text(lm.tokenizer, prompt, bare.tolist())
    if not text:
        return None
    if _is_conversation(given):
        said = (*given[:-1], ("assistant", text))
        made = conversation(said, example.name, where, lm.tokenizer)
    else:
        prompt_given = cast("str | tuple[int, ...]", given)
        made = encoded(prompt_given, text, example.name, where, lm.config, lm.tokenizer)
    through = [*prompt, *bare.tolist()]
    changed = made.tokens[: len(through)].tolist() != through
    room = lm.config.context - len(made.prompt)
    return replace(made, completion=made.completion[:room], changed=changed) if len(made.completion) and room else None


def _is_conversation(given: object) -> TypeGuard[tuple[tuple[str, str], ...]]:
    return isinstance(given, tuple) and bool(given) and isinstance(given[0], tuple)
