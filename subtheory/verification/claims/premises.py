"""T0: which imitation losses meet the premises, and which break one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from ..._keys import key_for
from ...setting.broken_loss import BREAKING, cosine_distance
from ...setting.loss import OBEYING, top_k
from ...setting.premises import CONSTANT, broken, check_premises
from ...simulation.step import inner_product
from ...theory.lemma import predicted_inner_product
from ..claim import Claim, close, none_of
from ..laboratory import Laboratory

EPSILON = 1e-3


def claims(lab: Laboratory) -> list[Claim]:
    """Every loss on the auxiliary logits of an untrained network on noise."""
    z = lab.per_seed(lambda draw: lab.setting(draw).channel_outputs(draw.init), "T0", 1)[0]
    z = jnp.asarray(z)
    dz = jax.random.normal(key_for(0, "T0 direction"), z.shape, z.dtype)

    every = (*OBEYING, top_k(2), top_k(z.shape[-1]))

    @jax.jit
    def both_curvatures(z, dz):
        return [(loss.curvature(z, dz), loss.mixed_curvature(z, z, dz)) for loss in every]

    error = max(
        float(np.max(np.abs(closed - automatic)) / np.max(np.abs(closed)))
        for closed, automatic in both_curvatures(z, dz)
    )
    found = [
        close(
            "T0.curvature",
            error,
            0.0,
            1e3 * float(jnp.finfo(z.dtype).eps),
            len(every),
            "the closed form of M is −∂²ℓ/∂y∂z at y = z, for every loss",
            "largest relative difference from automatic differentiation",
        ),
        none_of(
            "T0.premises",
            sum(bool(broken(check_premises(loss, z))) for loss in OBEYING),
            len(OBEYING),
            "squared error, cross-entropies, KL both ways, Jeffreys, Jensen-Shannon and Bregman losses meet P1, P2, P3",
            "losses that break a premise",
        ),
    ]
    found.append(_turning(lab, z))
    for loss, expected in BREAKING:
        failures = broken(check_premises(loss, z))
        named = bool(failures) and failures[0].name == expected
        found.append(
            none_of(
                f"T0.{loss.name.replace(' ', '_').replace('-', '_')}",
                len(failures) if named else 0,
                3,
                f"the loss '{loss.name}' meets all premises",
                f"premises broken, {expected} first; {failures[0].words if failures else 'none found'}",
                must="fail",
            )
        )
    return found


def _turning(lab: Laboratory, z: jax.Array) -> Claim:
    """Cosine distance: its null space turns with the input, which takes nothing from T1."""
    premises = check_premises(cosine_distance, z)
    as_said = not broken(premises) and premises[-1].name == CONSTANT and premises[-1].met is False

    def one(draw):
        setting = lab.setting(draw, loss=cosine_distance)
        return inner_product(setting, EPSILON), predicted_inner_product(setting, EPSILON)

    phi, predicted = lab.per_seed(one, "T0 cosine distance")
    wrong = int(np.sum(~((phi > 0) & (np.abs(phi / predicted - 1) < 0.05))))
    return none_of(
        "T0.cosine_distance",
        wrong if as_said else len(phi),
        len(phi),
        "cosine distance meets P1, P2 and P3, though its null space turns from input to input, and φ = εA + O(ε²) > 0",
        f"seeds in which φ is not within 5 % of εA at ε = {EPSILON:g}, or the checker says otherwise",
    )
