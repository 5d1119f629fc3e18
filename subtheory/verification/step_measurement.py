"""Everything about one step that takes arithmetic, theory and simulation, as one compiled program."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax

from .._compiled import Compiled
from .._tree import cosine, inner, move
from .._typing import Params, TraitLoss
from ..setting.compiled import computed
from ..setting.setting import Setting
from ..simulation.student import student_update
from ..simulation.teacher import teacher_outputs
from ..theory.lemma import alignment_slope, predicted_cosine
from ..theory.radius import finite_step
from ..theory.rounding import relative_effect
from ..theory.theorem import predicted_trait_loss_change


def measure_step(setting: Setting, epsilon: float, alpha: float) -> dict[str, jax.Array]:
    """One teacher step and one student step, with the theory's predictions, as scalars by name.

    Compiled once for all calls with the same functions and shapes.
    """
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    measured, moved = computed(_measured, setting, jnp.asarray(epsilon, dtype), jnp.asarray(alpha, dtype))
    if setting.trait_loss is not None:
        # one program for both values: where the student did not move, their difference is exactly zero
        before, after = (_trait_loss(setting.trait_loss, params) for params in (setting.student_init, moved))
        measured["trait_loss_change"] = after - before
    return measured


def _measured(setting: Setting, epsilon: jax.Array, alpha: jax.Array) -> tuple[dict[str, jax.Array], Params]:
    v, targets = setting.update_direction(), teacher_outputs(setting, epsilon)
    update = student_update(setting, targets)
    unit = float(jnp.finfo(targets.dtype).eps)
    measured = {
        "inner_product": inner(update, v),
        "predicted_inner_product": epsilon * alignment_slope(setting),
        "cosine": cosine(update, v),
        "predicted_cosine": predicted_cosine(setting),
        "rounding": 10 * unit * optax.tree.norm(update) * optax.tree.norm(v),
        "relative_effect": relative_effect(setting),
        "certified": jnp.asarray(False),
        "finite_direction": _finite(v),
        "finite_targets": _finite(targets),
        "finite_update": _finite(update),
    }
    if setting.imitation_loss.mean_map is not None:
        measured["certified"] = finite_step(setting, epsilon).certified
    if setting.trait_loss is not None:
        measured["predicted_trait_loss_change"] = predicted_trait_loss_change(setting, epsilon, alpha)
    return measured, move(setting.student_init, alpha, update)


@Compiled
def _trait_loss(trait_loss: TraitLoss, params: Params) -> jax.Array:
    return trait_loss(params)


def _finite(tree: Params) -> jax.Array:
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))
