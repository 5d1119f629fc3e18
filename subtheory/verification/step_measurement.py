"""Everything about one step that takes arithmetic, theory and simulation, as one compiled program."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import optax

from .._compiled import Compiled
from .._tree import cosine, inner, move
from .._typing import Params, Rate, TraitLoss
from ..setting.compiled import computed
from ..setting.setting import Setting
from ..simulation.student import student_update
from ..simulation.teacher import teacher_outputs
from ..theory.lemma import alignment_slope, predicted_cosine
from ..theory.radius import finite_step
from ..theory.rounding import relative_effect
from ..theory.theorem import predicted_trait_loss_change


def measure_step(setting: Setting, epsilon: Rate, alpha: Rate) -> dict[str, jax.Array]:
    """One teacher step and one student step, with the theory's predictions, as scalars by name (T1, T2, T5).

    Compiled once for all calls with the same functions and shapes. It may be used under ``jax.jit``, ``vmap`` and
    ``scan``, where ``verify_step``, whose report has words, may not. Nothing is refused: look at ``finite_…``, and at
    ``rounding`` and ``trait_loss_rounding``, which are what φ and the change of the trait loss can be told from.

    Args:
        setting: as for ``verify_step``; a loss that breaks a premise is measured as well.
        epsilon: ε, the teacher's learning rate.
        alpha: α, the student's.

    Returns:
        ``inner_product`` φ(ε) and ``predicted_inner_product`` εA (T1), ``cosine`` and ``predicted_cosine``,
        ``certified`` (T5), ``rounding`` of φ, and with a trait loss ``trait_loss_change``,
        ``predicted_trait_loss_change`` −αεA (T2) and ``trait_loss_rounding``.
    """
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    measured, moved = computed(_measured, setting, jnp.asarray(epsilon, dtype), jnp.asarray(alpha, dtype))
    if setting.trait_loss is not None:
        # one program for both values: where the student did not move, their difference is exactly zero
        before, after = (_trait_loss(setting.trait_loss, params) for params in (setting.student_init, moved))
        measured["trait_loss_change"] = after - before
        measured["finite_trait_loss"] = jnp.isfinite(before)
        measured["finite_trait_loss_after"] = jnp.isfinite(after)
        measured["trait_loss_rounding"] = measured["trait_loss_rounding"] + 10 * jnp.finfo(dtype).eps * jnp.abs(before)
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
        slopes = jax.grad(setting.trait_loss)(setting.student_init)
        moved_by = jax.tree.map(jnp.multiply, setting.student_init, slopes)
        measured["trait_loss_rounding"] = 10 * unit * optax.tree.norm(moved_by)
    return measured, move(setting.student_init, alpha, update)


@Compiled
def _trait_loss(trait_loss: TraitLoss, params: Params) -> jax.Array:
    return trait_loss(params)


def _finite(tree: Params) -> jax.Array:
    return jnp.all(jnp.stack([jnp.all(jnp.isfinite(leaf)) for leaf in jax.tree.leaves(tree)]))
