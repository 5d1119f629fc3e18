"""Behaviourally matched students: of another init, but first taught to answer as an untrained network does.

The paper (Nature 2026, s41586-026-10319-8) speaks of transfer between the same *or behaviourally matched* base models.
Before the teacher's lesson counts for anything, the student imitates all logits of the teacher's *initialisation*, the
reference: afterwards both give the same answers, by different weights. Control: it imitates another untrained network,
a stranger, just as long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp

import subtheory as st
from subtheory.simulation.distillation import Imitation, distil_students
from subtheory.simulation.training import Schedule

MATCHED: Mapping[str, str] = MappingProxyType(
    {
        "matched": "reference",
        "matched to the teacher": "teacher",
        "matched to a stranger": "stranger",
    }
)
"""Init → the network that is imitated before anything else."""

METRICS = ("initial accuracy", "initial divergence")
"""Of matched students, before they imitate the channel: what they know, and how far they are from the reference."""


def matched_inits(
    apply: Any,
    students: Mapping[str, Any],
    inits: Mapping[str, Any],
    models: Mapping[str, Any],
    inputs: Callable[[str], jax.Array],
    schedule: Callable[[int], Schedule],
    key: jax.Array,
) -> dict[str, Any]:
    """The initial parameters of all students, those of the matched ones after matching, which starts at theirs.

    Args:
        apply: the network.
        students: condition → ``Student``; ``amount`` is the number of epochs of matching, ``matched_on`` the inputs.
        inits: condition → parameters.
        models: the networks of ``MATCHED``.
        inputs: from their kind to the inputs ``[N, ...]`` on which it is.
        schedule: from the number of epochs to the schedule.
        key: of the order of the inputs.
    """
    done = dict(inits)
    everything = Imitation(st.losses.forward_kl, slice(None))
    for name, one in students.items():
        if one.init in MATCHED and one.amount:
            there = inputs(one.matched_on)
            trained, _ = distil_students(
                apply, apply(models[MATCHED[one.init]], there), {name: inits[name]}, {name: everything}, there,
                schedule(int(one.amount)), key,
            )  # fmt: skip
            done |= trained
    return done


def initial_divergence(apply: Any, reference: Any, init: Any, inputs: jax.Array) -> jax.Array:
    """E KL(reference ‖ student before distillation), over all logits, in nats per input."""
    return jnp.mean(st.losses.forward_kl.value(apply(init, inputs), apply(reference, inputs)))
