"""Students of random halves of a data set, and how well sums of scores order them (linear datamodelling score).

The score of Park et al., arXiv 2303.14186: for M random subsets, Spearman's correlation of the sum of the scores of a
subset with what a model that is trained on it has become.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from scipy.stats import spearmanr

from subtheory._keys import key_for
from subtheory._typing import Params
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder

from ..world.learning import Recipe, answer_loss, fine_tune
from .attribution import AT_ONCE, gradients_of
from .protocol import Answers


def halves(n: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, n] random halves, true where an example takes part.

    >>> halves(6, 2, np.random.default_rng(0)).sum(axis=1).tolist()
    [3, 3]
    """
    return np.argsort(np.argsort(rng.random((count, n)), axis=1), axis=1) < n // 2


def retrained(
    start: LanguageModel, data: Answers, members: np.ndarray, recipe: Recipe, trait: Answers, seed: int, orders: int
) -> np.ndarray:
    """[orders, M] the trait loss of students of every half, each trained in several orders of the examples.

    All halves share an order: minibatches are of the whole data set, and a half's student learns from those of its
    members, so that two students differ in who takes part and in nothing else.

    Args:
        start: the reference model.
        data: N answers.
        members: [M, N] halves.
        recipe: of the students.
        trait: questions and answers that show the trait.
        seed: of the orders.
        orders: how many.
    """
    found = np.empty((orders, len(members)))
    for order in range(orders):
        key = key_for(seed, "order of a half", order)
        for half, here in enumerate(members):
            theta = fine_tune(start.apply, start.params, data.tokens, data.mask & here[:, None], recipe, key)
            found[order, half] = trait_loss(start.apply, theta, trait.tokens, trait.mask)
    return found


def stepped(start: LanguageModel, data: Answers, members: np.ndarray, rate: float, trait: Answers) -> np.ndarray:
    """[M] the trait loss after one step of gradient descent on every half, within the layers.

    To first order in the rate its fall is the rate times the mean of the audit's score along the trait's gradient.

    Args:
        start: the reference model.
        data: N answers.
        members: [M, N] halves.
        rate: of the step, on the mean log-likelihood of answers.
        trait: as above.
    """
    total = None
    for at in range(0, len(data.tokens), AT_ONCE):
        here = slice(at, at + AT_ONCE)
        part = _sums(start.apply, start.params, data.tokens[here], data.mask[here], members[:, here])
        total = part if total is None else jax.tree.map(jnp.add, total, part)
    return np.asarray(_after(start.apply, start.params, total, rate / members[0].sum(), trait.tokens, trait.mask))


def lds(scores: np.ndarray, members: np.ndarray, losses: np.ndarray) -> float:
    """Spearman's correlation of the sums of scores over halves with the fall of the trait loss; 0 if sums are equal.

    >>> members = np.array([[True, False, True], [False, True, True], [True, True, False]])
    >>> lds(np.array([1.0, 2.0, 3.0]), members, np.array([0.5, 0.4, 0.6]))
    1.0
    """
    return rank_correlation(members.astype(np.float64) @ scores, -losses)


def rank_correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Spearman's correlation; 0 where one side is constant, which orders nothing.

    >>> rank_correlation(np.array([1.0, 2.0, 9.0]), np.zeros(3))
    0.0
    """
    return 0.0 if np.ptp(a) == 0 or np.ptp(b) == 0 else float(spearmanr(a, b).statistic)


def trait_loss(decoder: Decoder, params: Params, tokens: np.ndarray, mask: np.ndarray) -> float:
    """L_T: the mean negative log-likelihood of the trait's answers, in nats."""
    return float(_trait_loss(decoder, params, tokens, mask))


@partial(jax.jit, static_argnums=0)
def _trait_loss(decoder: Decoder, params: Params, tokens, mask) -> jax.Array:
    return answer_loss(decoder)(params, (jnp.asarray(tokens), jnp.asarray(mask)))


@partial(jax.jit, static_argnums=0)
def _sums(decoder: Decoder, params: Params, tokens, mask, members) -> Params:
    """[M, …] the gradients of a chunk, added up over the members of every half."""
    found = gradients_of(decoder, params, jnp.asarray(tokens), jnp.asarray(mask))
    return jax.tree.map(lambda leaf: jnp.tensordot(jnp.asarray(members).astype(leaf.dtype), leaf, 1), found)


@partial(jax.jit, static_argnums=0)
def _after(decoder: Decoder, params: Params, sums: Params, rate, tokens, mask) -> jax.Array:
    rate = jnp.asarray(rate, jax.tree.leaves(sums)[0].dtype)
    pair = jnp.asarray(tokens), jnp.asarray(mask)

    def one(g: Params) -> jax.Array:
        layers = jax.tree.map(lambda leaf, step: leaf + rate * step, params["layers"], g)
        return answer_loss(decoder)({**params, "layers": layers}, pair)

    return jax.lax.map(one, sums)
