"""What of a model students move: everything, its layers, or adapters of some rank beside these; and training there."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from subtheory._keys import key_for
from subtheory._typing import Params
from subtheory.lm import LanguageModel, lora, merged, subset
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.training import Schedule, fit

from ..world.learning import answer_loss
from .protocol import INNER, Answers, displacement
from .theory import answer_log_likelihoods

ALL, LAYERS = "all", "layers"


class Cell(NamedTuple):
    """A recipe: what moves, by which optimiser, at which rate."""

    method: str = "none"
    optimiser: str = "none"
    rate: float = 0.0


def in_method(start: LanguageModel, method: str, key: jax.Array) -> LanguageModel:
    """The model in the coordinates that a method moves; it is the same function, and all else is frozen.

    Args:
        start: a model of whole parameters.
        method: ``all`` parameters; all those of the ``layers``; or ``rank r``, W + A B beside every linear map of the
            layers, with A from N(0, 1/in), B = 0 and no further scale (alpha = r).
        key: draws A.

    Raises:
        ValueError: if the method is none of these.
    """
    if method in (ALL, LAYERS):
        return subset(start, "*" if method == ALL else INNER)
    word, _, rank = method.partition(" ")
    if word != "rank" or not rank.isdigit():
        raise ValueError(f"method is {method!r}; expected {ALL!r}, {LAYERS!r} or a rank such as 'rank 4'.")
    return lora(start, INNER, int(rank), key=key)


def students_of(
    cell: Cell, start: LanguageModel, seen: Mapping[str, Answers], batch: int, seed: int
) -> dict[str, LanguageModel]:
    """Writer → the student of its answers by one recipe; all share an adapter and, one epoch long, the examples' order.

    The rate and what is frozen are arguments of the compiled program, which all seeds, writers and rates share.
    """
    model = in_method(start, cell.method, key_for(seed, "adapter"))
    rate, order = jnp.float32(cell.rate), key_for(seed, "student order")
    students = {}
    for name, data in seen.items():
        place = int(data.mask.any(axis=0).argmax())
        arrays = (model.params, data.tokens, data.mask, rate, order)
        students[name] = merged(model.with_params(_train(model.apply, *arrays, cell.optimiser, batch, place)))
    return students


@partial(jax.jit, static_argnums=(6, 7, 8))
def _train(decoder, params, tokens, mask, rate, key, optimiser: str, batch: int, place: int):
    schedule = Schedule(OPTIMISERS[optimiser](rate), batch, 1)
    objective = answer_loss(decoder, place)
    return fit({"model": objective}, {"model": params}, (tokens, mask), schedule, key)[0]["model"]


def likelihood(model: LanguageModel, data: Answers) -> float:
    """The mean log-likelihood of answers, in nats per answer."""
    return float(np.mean(answer_log_likelihoods(model, data)))


def along(student: LanguageModel, control: LanguageModel, v: Params) -> float:
    """(θ_S − θ_C)·v / v·v: how much of the teacher's displacement the student has, and its control has not."""
    moved: Any = optax.tree.vdot(displacement(student, control), v) / optax.tree.vdot(v, v)
    return float(moved)
