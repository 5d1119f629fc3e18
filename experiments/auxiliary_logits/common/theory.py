"""What one step predicts, beside what training did: for every student of the auxiliary-logit protocol.

v is the trained teacher's whole displacement θ_T − θ₀, so that the teacher is exactly θ₀ + v (ε = 1). Then

- ``predicted slope`` A = vᵀGv and ``predicted cosine`` of Gv with v (T1), where the init is shared;
- ``inner product`` φ = Δθ_S·v of the student's first plain gradient step, which A predicts to first order;
- ``first update cosine`` of Δθ_S with v: the "coverage" that Madl (arXiv 2606.22019) reports to predict transfer;
- ``displacement cosine`` of all that the student moved with v, and ``displacement ratio`` of their lengths.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import optax

import subtheory as st
from subtheory._tree import cosine, inner
from subtheory.simulation.distillation import Imitation
from subtheory.simulation.student import distilled_update
from subtheory.theory.lemma import alignment_slope, predicted_cosine

METRICS = (
    "first update cosine",
    "displacement cosine",
    "displacement ratio",
    "inner product",
    "predicted slope",
    "predicted cosine",
)


def theory_of(apply, reference, teacher, init, student, imitation: Imitation, inputs, shared: bool) -> dict[str, Any]:
    """Metric → value for one student (the module's docstring says which).

    Args:
        apply: the network.
        reference: θ₀, where the teacher started.
        teacher: the trained teacher.
        init: where the student started.
        student: where it ended.
        imitation: loss and channel.
        inputs: the inputs to average over.
        shared: whether the student started at θ₀, without which A says nothing about it.
    """
    v = jax.tree.map(jnp.subtract, teacher, reference)
    moved = jax.tree.map(jnp.subtract, student, init)
    setting = st.Setting(
        apply=apply,
        teacher_init=reference,
        student_init=init,
        teacher_update=v,
        imitation_loss=imitation.loss,
        channel=imitation.channel,
        inputs=inputs,
    )
    update = distilled_update(setting, 1.0)
    results = {
        "inner product": inner(update, v),
        "first update cosine": cosine(update, v),
        "displacement cosine": cosine(moved, v),
        "displacement ratio": optax.tree.norm(moved) / optax.tree.norm(v),
    }
    if shared:
        results |= {"predicted slope": alignment_slope(setting), "predicted cosine": predicted_cosine(setting)}
    return results
