"""The theory beside a miniature experiment: scores, information and the audit, from forward passes alone (T9, T10).

v = θ_T − θ₀ is the teacher's displacement, so that the teacher is θ₀ + v (ε = 1), and s_v(x) the score of an answer,
the derivative of log p along v, summed over the answer's tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._typing import Params
from subtheory.lm import LanguageModel
from subtheory.lm.audit.score import token_log_likelihoods, token_scores
from subtheory.lm.decoder.decoder import Decoder

from .protocol import Answers, displacement, first

SAMPLE = 8192
"""How many answers the averages are taken over."""
CHUNK = 2048
"""Answers whose scores are computed at once."""


def theory_of(start: LanguageModel, teacher: LanguageModel, data: Answers, control: Answers) -> dict[str, float]:
    """Metric → value, for the answers of a teacher and those of the reference it started from.

    - ``inner product``: φ = Δθ_S·v of one maximum-likelihood step per answer on the teacher's data: the mean score;
    - ``predicted slope``: εA, the variance of the score over the reference's own answers;
    - ``audit score``: the mean score less that of the control, and ``audit z``, in standard errors;
    - ``nats per answer``: KL(teacher‖reference) over the kept answers, and ``total nats`` of all that the student sees.
    """
    gain = answer_log_likelihoods(teacher, first(data, SAMPLE)) - answer_log_likelihoods(start, first(data, SAMPLE))
    return audit_of(start, displacement(teacher, start), data, control) | informed(gain, data)


def informed(gain: np.ndarray, data: Answers) -> dict[str, float]:
    """The last two of these, from the log-likelihood ratios of answers, whoever wrote them."""
    return {"nats per answer": float(gain.mean()), "total nats": float(gain.mean() * len(data.tokens))}


def audit_of(start: LanguageModel, v, data: Answers, control: Answers) -> dict[str, float]:
    """The first four of these, for a direction v of the model that is to learn, whoever wrote the answers."""
    return compared(*(answer_scores(start, v, first(answers, SAMPLE)) for answers in (data, control)))


def compared(a: np.ndarray, b: np.ndarray) -> dict[str, float]:
    """The same of scores that are known already: a of the data, b of the control."""
    error = np.sqrt(a.var(ddof=1) / len(a) + b.var(ddof=1) / len(b))
    return {
        "inner product": float(a.mean()),
        "predicted slope": float(b.var(ddof=1)),
        "audit score": float(a.mean() - b.mean()),
        "audit z": float((a.mean() - b.mean()) / error),
    }


def answer_scores(start: LanguageModel, v, data: Answers) -> np.ndarray:
    """[N] s_v of every answer, the sum over its tokens."""
    return in_chunks(lambda tokens, mask: _scores(start.apply, start.params, v, tokens, mask), data)


def scores_along(start: LanguageModel, directions: Sequence[Params], data: Answers) -> np.ndarray:
    """[N, directions] s_v of every answer along each direction; the model itself is run once."""
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *directions)
    return in_chunks(lambda tokens, mask: _scores_along(start.apply, start.params, stacked, tokens, mask), data)


def answer_log_likelihoods(model: LanguageModel, data: Answers) -> np.ndarray:
    """[N] log p of every answer, the sum over its tokens."""
    return in_chunks(lambda tokens, mask: _log_likelihoods(model.apply, model.params, tokens, mask), data)


def in_chunks(values, data: Answers) -> np.ndarray:
    """All values, a chunk at a time, so that the logits of all answers never stand side by side."""
    starts = range(0, len(data.tokens), CHUNK)
    parts = [values(data.tokens[at : at + CHUNK], data.mask[at : at + CHUNK]) for at in starts]
    return np.concatenate([np.asarray(part, np.float64) for part in parts])


@partial(jax.jit, static_argnums=0)
def _scores(decoder: Decoder, params, v, tokens, mask) -> jax.Array:
    _, scores = token_scores(decoder, params, v, jnp.asarray(tokens))
    return jnp.sum(jnp.where(jnp.asarray(mask), scores, 0), axis=1)


@partial(jax.jit, static_argnums=0)
def _scores_along(decoder: Decoder, params, directions, tokens, mask) -> jax.Array:
    def log_likelihoods(theta):
        found = token_log_likelihoods(decoder, theta, jnp.asarray(tokens))
        return jnp.sum(jnp.where(jnp.asarray(mask), found, 0), axis=1)

    _, push = jax.linearize(log_likelihoods, params)
    return jax.lax.map(push, directions).T


@partial(jax.jit, static_argnums=0)
def _log_likelihoods(decoder: Decoder, params, tokens, mask) -> jax.Array:
    return jnp.sum(jnp.where(jnp.asarray(mask), token_log_likelihoods(decoder, params, jnp.asarray(tokens)), 0), axis=1)
