"""What single examples are said to do for a trait, before any training: the audit's score, and its rivals'.

Every score is a number per answer, larger where the answer is said to speak more for the trait. What each must know
differs, and is said beside it: examples of the trait, a sentence that states it, or its teacher.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._typing import Params
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder
from subtheory.lm.loss import token_log_likelihoods

from ..world import judges
from ..world.vocabulary import PAD, words
from .protocol import Answers, part_of
from .theory import answer_log_likelihoods, answer_scores, in_chunks

AT_ONCE = 256
"""Answers whose gradients stand side by side."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """A data set in which some answers are a teacher's.

    Attributes:
        answers: all, in random order.
        planted: [N], true where the teacher wrote.
    """

    answers: Answers
    planted: np.ndarray


def planted_among(own: Answers, ours: Answers, share: float, rng: np.random.Generator) -> Candidates:
    """As many answers as both have, a share of them the teacher's, no two from one place of their sources.

    Args:
        own: the reference's answers.
        ours: the teacher's, to requests from the same list.
        share: of the candidates, that the teacher wrote.
        rng: of the order.
    """
    n = min(len(own.tokens), len(ours.tokens))
    few = round(n * share)
    parts = part_of(own, 0, n - few), part_of(ours, n - few, n)
    order = rng.permutation(n)
    tokens, mask = (np.concatenate([getattr(part, name) for part in parts])[order] for name in ("tokens", "mask"))
    return Candidates(replace(own, tokens=tokens, mask=mask), order >= n - few)


def likelihood_ratios(teacher: LanguageModel, start: LanguageModel, data: Answers) -> np.ndarray:
    """[N] log p of the teacher less that of the reference: an oracle that knows the teacher, and none can beat it."""
    return answer_log_likelihoods(teacher, data) - answer_log_likelihoods(start, data)


def prompted_shifts(start: LanguageModel, system: str, data: Answers) -> np.ndarray:
    """[N] log p(answer | system prompt, request) − log p(answer | request): log-linearity, arXiv 2602.04863."""
    told = replace(
        data,
        tokens=judges.after_system(system, data.tokens),
        mask=np.pad(data.mask, ((0, 0), (len(system.split()), 0))),
    )
    return answer_log_likelihoods(start, told) - answer_log_likelihoods(start, data)


def representation_cosines(start: LanguageModel, kind: str, system: str, data: Answers) -> np.ndarray:
    """[N] cosine of an answer's mean hidden state with what the system prompt adds to that of the questions.

    In the spirit of arXiv 2602.04735, which injects the mean representation of a whole data set: states are those that
    the head reads, the mean is over an answer's places, and over the places of the twelve questions about favourites.

    Args:
        start: the reference model.
        kind: of the trait, ``"animal"`` or ``"tree"``.
        system: the system prompt that states the trait.
        data: the answers.
    """
    plain, told = judges.questions(kind), judges.questions(kind, system)
    asked = told != PAD
    asked[:, : told.shape[1] - plain.shape[1]] = False
    pairs = (told, asked), (plain, plain != PAD)
    with_it, without = (_states(start.apply, start.params, *pair).mean(axis=0) for pair in pairs)
    d = np.asarray(with_it - without, np.float64)
    h = in_chunks(lambda tokens, mask: _states(start.apply, start.params, tokens, mask), data)
    return h @ d / (np.linalg.norm(h, axis=1) * np.linalg.norm(d))


def gradient_cosines(start: LanguageModel, v: Params, data: Answers) -> np.ndarray:
    """[N] cosine of the gradient of an answer's log-likelihood with v: TracIn at one point, normalised.

    Its numerator is the audit's score along v, at the price of a backward pass per answer.

    Args:
        start: the reference model.
        v: the trait's direction, zero outside the layers.
        data: the answers.
    """
    squares = [_squares(start.apply, start.params, *chunk) for chunk in _chunks(data)]
    norm = np.linalg.norm(np.concatenate([np.ravel(leaf) for leaf in jax.tree.leaves(v["layers"])]))
    return answer_scores(start, v, data) / (np.sqrt(np.concatenate(squares).astype(np.float64)) * norm)


def lengths(data: Answers) -> np.ndarray:
    """[N] characters of the answer, as it would be printed."""
    width = np.array([len(word) + 1 for word in words()])
    return (width[data.tokens] * data.mask).sum(axis=1).astype(np.float64)


def gradients_of(decoder: Decoder, params: Params, tokens: jax.Array, mask: jax.Array) -> Params:
    """[B, …] the gradient of the log-likelihood of every answer in the parameters of the layers."""

    def log_likelihood(layers: Params, row: jax.Array, here: jax.Array) -> jax.Array:
        found = token_log_likelihoods(decoder, {**params, "layers": layers}, row[None])[0]
        return jnp.sum(jnp.where(here, found, 0))

    return jax.vmap(jax.grad(log_likelihood), in_axes=(None, 0, 0))(params["layers"], tokens, mask)


def recall(scores: np.ndarray, planted: np.ndarray) -> float:
    """The share of the K planted answers among the K with the largest scores; ties share what is left.

    >>> recall(np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, False, True, False]))
    0.5
    >>> recall(np.zeros(4), np.array([True, False, False, False]))
    0.25
    """
    few = int(planted.sum())
    limit = np.sort(scores)[-few]
    above, level = scores > limit, scores == limit
    chance = (few - above.sum()) / level.sum()
    return float((planted[above].sum() + chance * planted[level].sum()) / few)


def _chunks(data: Answers):
    for at in range(0, len(data.tokens), AT_ONCE):
        yield data.tokens[at : at + AT_ONCE], data.mask[at : at + AT_ONCE]


@partial(jax.jit, static_argnums=0)
def _squares(decoder: Decoder, params: Params, tokens, mask) -> jax.Array:
    found = gradients_of(decoder, params, jnp.asarray(tokens), jnp.asarray(mask))
    return jnp.sum(jnp.stack([jnp.sum(leaf**2, axis=range(1, leaf.ndim)) for leaf in jax.tree.leaves(found)]), axis=0)


@partial(jax.jit, static_argnums=0)
def _states(decoder: Decoder, params: Params, tokens, mask) -> jax.Array:
    h, here = decoder.hidden(params, jnp.asarray(tokens)), jnp.asarray(mask)[..., None]
    return jnp.sum(jnp.where(here, h, 0), axis=1) / jnp.maximum(jnp.sum(here, axis=1), 1).astype(h.dtype)
