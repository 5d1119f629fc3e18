"""T11: function space, the tangent kernel between trait and channel."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np

from ...setting import model as models
from ...simulation.step import realised_output_shift
from ...simulation.student import distilled_update
from ...theory.kernel import kernel_output_shift, predicted_output_shift
from ..claim import Claim, close
from ..laboratory import CLASSES, Laboratory

EPSILON, ALPHA = 1e-4, 1e-2
TRAIT = slice(0, CLASSES)


def claims(lab: Laboratory) -> list[Claim]:
    """The class logits of real images move when the student imitates auxiliary logits on noise."""
    images = lab.images[:8]
    small, linear = lab.model((8,)), models.linear(lab.pixels, CLASSES + 3)

    def shift(setting):
        update = distilled_update(setting, EPSILON)
        return realised_output_shift(setting, update, ALPHA, images)[:, TRAIT]

    def one(draw):
        setting, other = lab.setting(draw, small), lab.setting(draw, small, shared=False)
        predicted = predicted_output_shift(setting, images, TRAIT, EPSILON, ALPHA)
        dense = kernel_output_shift(setting, images, TRAIT, EPSILON, ALPHA)
        size = jnp.max(jnp.abs(predicted))
        return {
            "shift": jnp.max(jnp.abs(shift(setting) - predicted)) / size,
            "kernel": jnp.max(jnp.abs(dense - predicted)) / size,
            "other_init": jnp.max(jnp.abs(shift(other) - predicted)) / size,
            "transfer": jnp.max(jnp.abs(shift(setting))) / (EPSILON * ALPHA),
        }

    def disjoint(draw):
        return jnp.max(jnp.abs(shift(lab.setting(draw, linear)))) / (EPSILON * ALPHA)

    found = lab.per_seed(one, "T11", model=small, inputs=16)
    found["no_kernel"] = lab.per_seed(disjoint, "T11 linear", model=linear, inputs=16)
    n = len(found["shift"])
    done = "largest difference, relative to the largest shift"
    return [
        close(
            "T11.shift",
            float(np.max(found["shift"])),
            0.0,
            1e-2,
            n,
            "the trait outputs move by αε E K(x', x) M(x) J(x)v",
            done,
        ),
        close(
            "T11.kernel",
            float(np.max(found["kernel"])),
            0.0,
            1e-11,
            n,
            "the matrix-free shift is that of the dense kernel K = J_trait J_channelᵀ",
            done,
        ),
        close(
            "T11.no_kernel",
            float(np.max(found["no_kernel"])),
            0.0,
            0.0,
            n,
            "no kernel, no transfer: outputs without shared parameters do not move",
            "largest shift per αε of a linear model's class logits",
        ),
        close(
            "T11.no_kernel.shared_trunk",
            float(np.min(found["transfer"])),
            0.0,
            1e-6,
            n,
            "outputs that share hidden layers with the channel do not move either",
            "smallest over seeds of the largest shift per αε",
            must="fail",
        ),
        close(
            "T11.other_init",
            float(np.min(found["other_init"])),
            0.0,
            1e-2,
            n,
            "the teacher's kernel also predicts the shift of a student of another initialisation",
            "smallest over seeds of the largest difference",
            must="fail",
        ),
    ]
