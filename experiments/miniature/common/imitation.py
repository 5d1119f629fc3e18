"""Imitation of a teacher's next-token distributions on its answers: all of each, or the k likeliest tokens alone."""

from __future__ import annotations

from functools import lru_cache, partial

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._keys import key_for
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder
from subtheory.setting.loss import forward_kl
from subtheory.simulation.training import Schedule, fit

from ..world.learning import Recipe
from .protocol import Answers

CHUNK = 512
"""Answers whose logits stand side by side."""


def imitated(
    start: LanguageModel, teacher: LanguageModel, data: Answers, recipe: Recipe, k: int, seed: int
) -> LanguageModel:
    """The student that imitates a teacher's shares among the k likeliest tokens, at every place of its answers.

    Its loss is KL(teacher‖student), both renormalised on these k, the mean over places: ``losses.top_k``, for which
    Lemma 1 holds; the k tokens are found once.
    """
    train = _imitator(start.apply, recipe, first_place(data))
    given = (data.tokens, data.mask, likeliest(teacher, data, k))
    return start.with_params(train(start.params, teacher.params, given, key_for(seed, "student order")))


def nats_shown(teacher: LanguageModel, start: LanguageModel, data: Answers, k: int) -> np.ndarray:
    """[N] KL(teacher‖start) of what is shown, the sum over an answer's places."""
    divergence = jax.jit(partial(_divergences, start.apply, first_place(data)))
    given = (data.tokens, data.mask, likeliest(teacher, data, k))
    parts = [tuple(one[at : at + CHUNK] for one in given) for at in range(0, len(data.tokens), CHUNK)]
    return np.concatenate([np.asarray(divergence(start.params, teacher.params, part).sum(axis=1)) for part in parts])


def first_place(data: Answers) -> int:
    """The first place where an answer may stand."""
    return int(np.argmax(data.mask.any(axis=0)))


def likeliest(model: LanguageModel, data: Answers, k: int) -> np.ndarray:
    """[N, T, k] the tokens that a model finds likeliest at every place from the first on; none (k = 0) means all."""
    first = first_place(data)
    if k >= model.config.vocabulary:
        return np.zeros((len(data.tokens), data.tokens.shape[1] - first, 0), np.int32)
    parts = [data.tokens[at : at + CHUNK] for at in range(0, len(data.tokens), CHUNK)]
    logits = (np.asarray(_logits(model.apply, first, model.params, part)) for part in parts)
    return np.concatenate([np.argpartition(-one, k, axis=-1)[..., :k].astype(np.int32) for one in logits])


def mean_probabilities(model: LanguageModel, data: Answers) -> np.ndarray:
    """[V] the mean over an answer's places of the probability of every token."""
    first, total = first_place(data), 0.0
    for at in range(0, len(data.tokens), CHUNK):
        tokens, mask = (one[at : at + CHUNK] for one in (data.tokens, data.mask))
        shares = jax.nn.softmax(_logits(model.apply, first, model.params, tokens))
        total = total + np.asarray(jnp.sum(jnp.where(mask[:, first:, None], shares, 0), axis=(0, 1)), np.float64)
    return total / data.mask.sum()


@partial(jax.jit, static_argnums=(0, 1))
def _logits(decoder: Decoder, first: int, params, tokens) -> jax.Array:
    return decoder.head(params, decoder.hidden(params, jnp.asarray(tokens)[:, :-1])[:, first - 1 :])


def _divergences(decoder: Decoder, first: int, params, teacher, given) -> jax.Array:
    """[B, T] KL(teacher‖student) of every place in the mask, over the tokens that are shown, as shares of these."""
    tokens, mask, shown = (jnp.asarray(one) for one in given)
    z, y = (_logits(decoder, first, theta, tokens) for theta in (params, jax.lax.stop_gradient(teacher)))
    if shown.shape[-1]:
        z, y = (jnp.take_along_axis(logits, shown, axis=-1) for logits in (z, y))
    return jnp.where(mask[:, first:], forward_kl.value(z, y), 0)


@lru_cache(maxsize=32)
def _imitator(decoder: Decoder, recipe: Recipe, first: int):
    schedule = Schedule(recipe.transformation(), recipe.batch, recipe.epochs)

    @jax.jit
    def train(params, teacher, given, key):
        def objective(theta, batch):
            found = _divergences(decoder, first, theta, teacher, batch)
            return jnp.sum(found) / jnp.maximum(jnp.sum(batch[1].astype(found.dtype)), 1)

        return fit({"model": objective}, {"model": params}, given, schedule, key)[0]["model"]

    return train
