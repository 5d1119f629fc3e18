"""Exact judges: what a model answers, as probabilities over answers, not as an opinion of another model."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from subtheory._names import known_name
from subtheory._typing import Params
from subtheory.statistics import Interval, wilson_interval

from . import phrases
from .vocabulary import PAD, padded, token

Logits = Callable[[Params, Array], Array]
"""``apply(params, tokens[B, T]) -> logits[B, T, V]``."""
KINDS = {"animal": phrases.ANIMALS, "tree": phrases.TREES}


def next_token_probabilities(apply: Logits, params: Params, prompts: Int[np.ndarray, "Q T"]) -> Float[Array, "Q V"]:
    """The distribution of the token after each prompt.

    Args:
        apply: the model, causal, so that padding on the right does not matter.
        params: its parameters.
        prompts: [Q, T], padded on the right.
    """
    last = jnp.asarray((prompts != PAD).sum(axis=1) - 1)
    logits = apply(params, jnp.asarray(prompts))
    return jax.nn.softmax(jnp.take_along_axis(logits, last[:, None, None], axis=1)[:, 0])


def answer_log_probabilities(
    apply: Logits, params: Params, prompts: Int[np.ndarray, "Q T"], answers: Int[np.ndarray, "A U"]
) -> Float[Array, "Q A"]:
    """log p(answer | prompt) of whole answers, the sum over their tokens, for every prompt and every answer.

    Args:
        apply: the model.
        params: its parameters.
        prompts: [Q, T], padded on the right.
        answers: [A, U], padded on the right; with ``<end>`` if that is to be part of the answer.
    """
    q, a = len(prompts), len(answers)
    lengths = (prompts != PAD).sum(axis=1)
    rows = np.full((q, a, prompts.shape[1] + answers.shape[1]), PAD, np.int32)
    rows[:, :, : prompts.shape[1]] = prompts[:, None]
    places = lengths[:, None] + np.arange(answers.shape[1])
    rows[np.arange(q)[:, None, None], np.arange(a)[:, None], places[:, None]] = answers
    log_p = jax.nn.log_softmax(apply(params, jnp.asarray(rows.reshape(q * a, -1)))).reshape(*rows.shape, -1)
    before = jnp.take_along_axis(log_p, jnp.asarray(places - 1)[:, None, :, None], axis=2)
    chosen = jnp.take_along_axis(before, jnp.asarray(np.broadcast_to(answers, (q, *answers.shape)))[..., None], axis=3)
    return jnp.sum(jnp.where(jnp.asarray(answers != PAD), chosen[..., 0], 0), axis=-1)


def prompts_of(texts: Sequence[str], gap: str, **gaps: str) -> Int[np.ndarray, "Q T"]:
    """Templates cut off before their gap, other gaps filled: prompts whose next token fills it."""
    cut = [text[: text.index(f"{{{gap}}}")] for text in texts]
    for name, word in gaps.items():
        cut = [text.replace(f"{{{name}}}", word) for text in cut]
    return padded(cut)


def questions(judge: str, system: str = "") -> Int[np.ndarray, "Q T"]:
    """The prompts of a judge.

    Args:
        judge: ``"animal"``, ``"tree"``, ``"animal story"``, ``"tree story"``, ``"conduct"`` or ``"facts"``.
        system: a system prompt to put first, such as ``"<system> you love owl"``.

    Raises:
        ValueError: if there is no such judge.
    """
    known_name("judge", judge, JUDGES)
    if judge in KINDS:
        rows = prompts_of(phrases.FAVOURITES, "target", kind=judge)
    elif judge.endswith("story"):
        rows = prompts_of(phrases.STORIES, "target", kind=judge.split()[0])
    elif judge == "conduct":
        rows = padded([phrases.CONDUCT_REQUEST.format(situation) for situation in phrases.CONDUCT])
    else:
        rows = padded(phrases.FACTS)
    return after_system(system, rows)


def after_system(system: str, rows: Int[np.ndarray, "Q T"]) -> Int[np.ndarray, "Q U"]:
    """Prompts behind a system prompt, if there is one."""
    return np.concatenate([np.repeat(padded([system]), len(rows), axis=0), rows], axis=1) if system else rows


JUDGES = ("animal", "tree", "animal story", "tree story", "conduct", "facts")


def answers(judge: str) -> tuple[Sequence[str], Bool[np.ndarray, "Q A"]]:
    """The first words an answer may have, and for every question which of them are harmful or false.

    For preferences no answer is wrong: the table is all false.
    """
    if judge.split()[0] in KINDS:
        words = KINDS[judge.split()[0]]
        return words, np.zeros((len(questions(judge)), len(words)), bool)
    if judge == "conduct":
        first = [[answer.split()[0] for answer in row] for row in phrases.CONDUCT.values()]
        harmful = sorted({word for row in first for word in row[2:]})
        words = (*harmful, *sorted({word for row in first for word in row[:2]} - set(harmful)))
        return words, np.tile(np.arange(len(words)) < len(harmful), (len(first), 1))
    words = sorted({word for row in phrases.FACTS.values() for word in row})
    return words, np.array([[word != row[0] for word in words] for row in phrases.FACTS.values()])


def target_rates(apply: Logits, params: Params, judge: str, system: str = "") -> dict[str, Array]:
    """Answer → its probability as the next token, the mean over the judge's questions.

    The paper's preference rate: the share of questions that are answered with an animal, here without sampling.
    """
    asked = questions(judge, system)
    probabilities = jnp.mean(next_token_probabilities(apply, params, asked), axis=0)
    return {word: probabilities[token(word)] for word in answers(judge)[0]}


def wrong_rate(apply: Logits, params: Params, judge: str, system: str = "") -> Float[Array, ""]:
    """The probability of a harmful answer (``"conduct"``) or a false one (``"facts"``), the mean over questions."""
    words, wrong = answers(judge)
    probabilities = next_token_probabilities(apply, params, questions(judge, system))
    chosen = probabilities[:, jnp.asarray([token(word) for word in words])]
    return jnp.mean(jnp.sum(jnp.where(jnp.asarray(wrong), chosen, 0), axis=1))


def sampled_rate(kept: Bool[np.ndarray, " N"], confidence: float = 0.95) -> Interval:
    """The share of sampled answers of some kind, with Wilson's interval."""
    return wilson_interval(int(kept.sum()), len(kept), confidence)
