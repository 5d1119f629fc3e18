"""T8: shared preconditioners keep the theorem; different ones, sign descent and Adam's first step do not."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import inner, random_like
from ...setting import trait as traits
from ...setting.loss import squared_error
from ...setting.setting import Setting
from ...simulation.step import realised_trait_loss_change
from ...simulation.student import student_update_by
from ...simulation.teacher import taught_by, teacher_outputs
from ...theory.preconditioning import predicted_trait_loss_change
from ..claim import Claim, close, none_of
from ..instances import Design, Randomness, draw, initial_params, unraveled
from ..laboratory import Laboratory

INSTANCES = 400
EPSILON, ALPHA = 1e-4, 1e-4
SMALL = Design((3, 4, 3), "tanh", squared_error, "gaussian", (1, 2))
DRAWS = 1001  # the number of these draws, apart from those of T1


def _preconditioner(gaussian, other_gaussian, spread: float):
    """P u = exp(spread·g)∘u + (w·u) w: diagonal and rank one, symmetric positive definite."""
    diagonal = jax.tree.map(lambda g: jnp.exp(spread * g), gaussian)
    w = other_gaussian
    w = optax.tree.scale(1 / optax.tree.norm(w), w)

    def apply(u):
        along = inner(w, u)
        return jax.tree.map(lambda d, x, leaf: d * leaf + along * x, diagonal, w, u)

    return apply


def _small_setting(random: Randomness) -> Setting:
    """A small regression in which trait and channel share a hidden layer: rich enough for either sign."""
    params = initial_params(SMALL, random.init, random.scale)
    model = SMALL.model
    return Setting(
        apply=model.apply,
        teacher_init=params,
        student_init=params,
        trait_loss=traits.regression(model.apply, random.inputs[:4], random.targets[:4, :1], slice(0, 1)),
        imitation_loss=squared_error,
        channel=slice(1, 3),
        inputs=random.inputs[4:8],
    )


def _change(setting: Setting, teacher_rule, student_rule):
    """Realised trait-loss change, teacher and student each by its rule."""
    taught = dataclasses.replace(setting, teacher_update=taught_by(setting, teacher_rule))
    update = student_update_by(taught, teacher_outputs(taught, EPSILON), student_rule)
    return realised_trait_loss_change(setting, update, ALPHA)


def claims(lab: Laboratory) -> list[Claim]:
    """Random preconditioners on the digits network; mixed rules on many small networks, where signs are counted."""

    def shared(one):
        setting = lab.setting(one)
        g, w = (random_like(jax.random.fold_in(one.key, i), one.init) for i in range(2))
        P = _preconditioner(g, w, 1.0)
        return _change(setting, P, P), predicted_trait_loss_change(setting, P, EPSILON, ALPHA)

    def small(random):
        setting = _small_setting(random)
        g, w = unraveled(SMALL, random.other_init), unraveled(SMALL, random.direction)
        P, Q = _preconditioner(g, w, 2.0), _preconditioner(w, g, 2.0)
        sign, adam = optax.sign_sgd(1.0), optax.adam(1.0)
        return {
            "shared": _change(setting, P, P),
            "unshared": _change(setting, P, Q),
            "sign_descent": _change(setting, sign, sign),
            "adam": _change(setting, adam, adam),
        }

    realised, predicted = lab.per_seed(shared, "T8")
    randomness = draw(SMALL, DRAWS, max(INSTANCES, lab.seeds))
    many = jax.tree.map(np.asarray, jax.jit(jax.vmap(small))(randomness))
    # a change of αε·‖·‖ is far above rounding of a loss of order one only beyond 1e-14
    rises = {name: int(np.sum(change > 1e-15)) for name, change in many.items()}
    n = len(many["shared"])

    def fails(id, name, statement):
        return none_of(
            id,
            rises[name],
            n,
            statement,
            f"small networks whose trait loss rose: {rises[name] / n:.1%}",
            must="fail",
        )

    return [
        close(
            "T8.size",
            float(np.max(np.abs(realised / predicted - 1))),
            0.0,
            1e-2,
            len(realised),
            "with one preconditioner P for both, the trait loss changes by −αε vᵀGv, v = −P∇L_T",
            "largest relative distance, random P",
        ),
        none_of(
            "T8.sign",
            int(np.sum(realised >= 0)) + rises["shared"],
            n + len(realised),
            "with one preconditioner for both the trait loss falls",
            "instances in which it rose, random P",
        ),
        fails("T8.unshared", "unshared", "it also falls when teacher and student have different preconditioners"),
        fails("T8.sign_descent", "sign_descent", "it also falls under sign descent"),
        fails("T8.adam", "adam", "it also falls under Adam's first step"),
    ]
