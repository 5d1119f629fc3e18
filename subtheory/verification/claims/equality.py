"""T3: the equality cases, exact zeros, beside neighbours that are not zero."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ...setting import model as models
from ...setting.loss import squared_error, weighted_squared_error
from ...setting.setting import Setting
from ...simulation.step import inner_product
from ...theory.equality import null_reasons
from ..claim import Claim, none_of
from ..laboratory import CLASSES, Draw, Laboratory

EPSILON = 0.1
INPUTS = 16


def _head_norm(params) -> jax.Array:
    """A trait that lives in the class head alone."""
    last = params["layers"][max(params["layers"])]
    return 0.5 * jnp.sum((last["kernel"][:, :CLASSES] - 1) ** 2) + jnp.sum(last["bias"][:CLASSES])


def _cases(lab: Laboratory, draw: Draw) -> dict[str, Setting]:
    """Variations of the standard setting on the auxiliary logits."""
    standard = lab.setting(draw)
    one_logit = slice(CLASSES, CLASSES + 1)
    return {
        "one_softmax_logit": dataclasses.replace(standard, channel=one_logit),
        "own_head": dataclasses.replace(standard, trait_loss=_head_norm),
        "zero_weights": dataclasses.replace(standard, imitation_loss=weighted_squared_error(0.0, "zero weights")),
        "one_squared_logit": dataclasses.replace(standard, channel=one_logit, imitation_loss=squared_error),
        "two_softmax_logits": dataclasses.replace(standard, channel=slice(CLASSES, CLASSES + 2)),
    }


STATEMENTS = {
    "one_softmax_logit": "one softmax logit carries nothing: φ = 0 exactly",
    "own_head": "a trait in its own output head alone, out of the channel's reach: φ = 0 exactly",
    "zero_weights": "squared-error weights of zero: φ = 0 exactly",
    "disjoint_linear": "a linear model whose channel and trait outputs share no parameter: φ = 0 exactly",
    "one_squared_logit": "one *squared-error* output carries nothing either",
    "two_softmax_logits": "two softmax logits carry nothing either",
}
REASONS = {
    "one_softmax_logit": "M is zero",
    "own_head": "Jv is zero",
    "zero_weights": "M is zero",
    "disjoint_linear": "Jv is zero",
}
"""What theory must say in each case."""
CONTROLS = ("one_squared_logit", "two_softmax_logits")


def claims(lab: Laboratory) -> list[Claim]:
    """Each case at a large ε, so that a zero is no accident of a small step; theory must name the reason."""
    linear = models.linear(lab.pixels, CLASSES + 3)

    def size(setting):
        return inner_product(setting, EPSILON) / optax.tree.norm(setting.update_direction()) ** 2

    phi = lab.per_seed(
        lambda draw: {name: size(setting) for name, setting in _cases(lab, draw).items()}, "T3", inputs=INPUTS
    )
    phi["disjoint_linear"] = lab.per_seed(
        lambda draw: size(lab.setting(draw, linear)), "T3 linear", model=linear, inputs=INPUTS
    )
    first = jax.tree.map(lambda leaf: leaf[0], lab.draws("T3", 1, inputs=INPUTS))
    first_linear = jax.tree.map(lambda leaf: leaf[0], lab.draws("T3 linear", 1, linear, INPUTS))
    settings = {**_cases(lab, first), "disjoint_linear": lab.setting(first_linear, linear)}
    found = []
    for name, statement in STATEMENTS.items():
        reasons = null_reasons(settings[name])
        control = name in CONTROLS
        nonzero = int(np.sum(phi[name] != 0))
        if not control and REASONS[name] not in " ".join(reasons):
            nonzero = phi[name].size  # zero by accident: theory gives no reason, or another one
        found.append(
            none_of(
                f"T3.{name}",
                nonzero,
                phi[name].size,
                statement,
                f"seeds with φ ≠ 0; largest |φ|/‖v‖² = {np.max(np.abs(phi[name])):.2g}; theory: "
                + (reasons[0] if reasons else "not null"),
                must="fail" if control else "hold",
            )
        )
    return found
