"""T16: a trait's direction in factors, the derivative that they give, and T1 along what is left of it in few ranks."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import cosine, inner, relative_distance, scaled
from ..._typing import Params
from ...setting import model as models
from ...setting import trait as traits
from ...setting.broken_loss import repelled
from ...setting.channel import select
from ...setting.setting import Setting
from ...simulation.step import inner_product
from ...simulation.student import distilled_update
from ...theory.factors.parts import Factors, factored_inner, formed
from ...theory.factors.perceptron import output_change_along, perceptron_direction
from ...theory.factors.truncation import truncated
from ..claim import Claim, close, none_of
from ..laboratory import CLASSES, Draw, Laboratory

WIDTHS = (16, 16)
TANH = models.ACTIVATIONS["tanh"]
EXAMPLES = 4
INPUTS = 8
RANK = 2
EPSILON = 1e-5
ROUNDING = 1e3 * float(np.finfo(np.float64).eps)


def claims(lab: Laboratory) -> list[Claim]:
    """Automatic differentiation against factors of as many ranks as the trait has examples, then fewer."""
    found = lab.per_seed(lambda draw: _one(lab, draw), "T16", model=lab.model(WIDTHS), inputs=INPUTS)
    bounds, n = found["bounds"][0], lab.seeds
    worst, least = ({name: float(of(values)) for name, values in found["apart"].items()} for of in (np.max, np.min))
    ranks = {name: _above(found[name], bounds) for name in ("gradient", "gaussian")}
    lost = np.sqrt(sum(np.sum(_singular_values(W)[:, RANK:] ** 2, axis=1) for W in found["gradient"])) / found["norm"]
    cut = np.max([worst["angle"], worst["cosine"], np.max(np.abs(lost - found["left_out"]))])
    share = f"‖v − v_r‖/‖v‖ from {np.min(found['left_out']):.2g} to {np.max(found['left_out']):.2g}"
    maps, apart = f"maps of which it has more, of {len(bounds)} per seed", "relative difference"
    few = f"v_r, its best {RANK} ranks of {EXAMPLES}"
    return [
        none_of("T16.rank", ranks["gradient"], n * len(bounds), f"a gradient over {EXAMPLES} examples has at most "
                f"{EXAMPLES} ranks in every linear map", maps),
        none_of("T16.rank.random", ranks["gaussian"], n * len(bounds), f"a Gaussian direction of v's norm has at most "
                f"{EXAMPLES} ranks in every linear map", maps, must="fail"),
        close("T16.gradient", worst["gradient"], 0.0, ROUNDING, n, "in every map v is −XᵀΔ, of what went in and came "
              "back", f"largest {apart} from the gradient by all parameters"),
        close("T16.gradient.other_init", least["other_init"], 0.0, ROUNDING, n, "v is −XᵀΔ also with X and Δ captured "
              "at another initialisation", f"smallest {apart}", must="fail"),
        close("T16.derivative", worst["derivative"], 0.0, ROUNDING, n, "outputs change along v by ẋW − (xXᵀ)Δ, v never "
              "formed", f"largest {apart} from the dense derivative, on {INPUTS} other inputs"),
        close("T16.derivative.random", least["random"], 0.0, ROUNDING, n, "outputs change along a Gaussian direction "
              f"as along its best {EXAMPLES} ranks", f"smallest {apart}", must="fail"),
        close("T16.derivative.truncated", least["truncated"], 0.0, ROUNDING, n, "outputs change along v as "
              f"along {few}", f"smallest {apart}", must="fail"),
        close("T16.truncated", float(cut), 0.0, ROUNDING, n, f"{few}: cos² + (‖v − v_r‖/‖v‖)² = 1, cos = ‖v_r‖/‖v‖ by "
              "factors, and the smallest singular values are left out", f"largest difference; {share}"),
        close("T16.truncated.first_examples", least["first"], 0.0, ROUNDING, n, "cos² + (‖v − v_r‖/‖v‖)² = 1 also for "
              f"v_r of {RANK} examples' factors, no projection of v", "smallest difference", must="fail"),
        close("T16.alignment", worst["alignment"], 0.0, ROUNDING, n, "T1 along v_r: φ'(0) = v_rᵀGv_r, by factors",
              f"largest {apart} of the simulated slope"),
        close("T16.alignment.whole", least["whole"], 0.0, ROUNDING, n, "Δθ_S·v_r has the slope v_rᵀGv_r also where the "
              "teacher moved along v", f"smallest {apart}", must="fail"),
        none_of("T16.sign", int(np.sum(~(found["phi"] >= 0))), n, "T1 along v_r: φ(ε) ≥ 0",
                f"seeds with φ < 0 at ε = {EPSILON:g}"),
        none_of("T16.sign.wrong_loss", int(np.sum(found["repelled"] < 0)), n, "φ(ε) ≥ 0 along v_r also with a loss "
                "that breaks P2", f"seeds with φ < 0 at ε = {EPSILON:g}", must="fail"),
    ]  # fmt: skip


def _one(lab: Laboratory, draw: Draw) -> dict:
    """All of one seed. ``apart`` is what may be nothing but rounding, or must be more."""
    model, images = lab.model(WIDTHS), lab.images[:EXAMPLES]
    classes = lab.labels[:EXAMPLES], slice(0, CLASSES)
    setting = lab.setting(draw, model, trait=traits.classification(model.apply, images, *classes))
    of_outputs = traits.classification(lambda outputs, _: outputs, images, *classes)

    def captured(params: Params) -> Params:
        return perceptron_direction(params, TANH, images, of_outputs)

    def along(direction: Params) -> jax.Array:
        return output_change_along(draw.init, TANH, draw.inputs, direction)[1]

    def densely(direction: Params) -> jax.Array:
        return jax.jvp(lambda theta: model.apply(theta, draw.inputs), (draw.init,), (direction,))[1]

    v, factors = setting.update_direction(), captured(draw.init)
    norm = optax.tree.norm(v)
    gaussian = scaled(norm / optax.tree.norm(draw.other_init), draw.other_init)
    short = truncated(factors, RANK)
    v_r, first = formed(short), formed(_of_each_map(lambda part: Factors(part.A[:, :RANK], part.B[:RANK]), factors))
    Jv = densely(v)
    nearest = truncated(_of_each_map(lambda W: Factors(W, jnp.eye(W.shape[1], dtype=W.dtype)), gaussian), EXAMPLES)
    left_out, angle = relative_distance(v_r, v), cosine(v, v_r)
    by_factors = jnp.sqrt(factored_inner(short, short) / factored_inner(factors, factors))
    return {
        "apart": {
            "gradient": _apart(formed(factors), v),
            "other_init": _apart(formed(captured(draw.other_init)), v),
            "derivative": _apart(along(factors), Jv),
            "random": _apart(along(nearest), densely(gaussian)),
            "truncated": _apart(along(short), Jv),
            "angle": jnp.abs(angle**2 + left_out**2 - 1),
            "cosine": jnp.abs(by_factors - angle),
            "first": jnp.abs(cosine(v, first) ** 2 + relative_distance(first, v) ** 2 - 1),
            **_aligned(setting, short, v_r),
        },
        "bounds": jnp.asarray([part.A.shape[1] for part in _maps(factors)]),
        "gradient": _maps(v),
        "gaussian": _maps(gaussian),
        "norm": norm,
        "left_out": left_out,
        **_turned(setting, v_r),
    }


def _aligned(setting: Setting, short: Params, v_r: Params) -> dict[str, jax.Array]:
    """The simulated slope of Δθ_S(ε)·v_r against vᵀGv by factors: the teacher moves along v_r, then along v whole."""
    outputs, change = output_change_along(setting.teacher_init, TANH, setting.inputs, short)
    z, Jv = select(outputs, setting.channel), select(change, setting.channel)
    A = jnp.mean(jnp.sum(Jv * setting.imitation_loss.curvature(z, Jv), axis=-1))

    def apart(taught: Setting) -> jax.Array:
        slope = jax.jvp(lambda e: inner(distilled_update(taught, e), v_r), (jnp.zeros(()),), (jnp.ones(()),))[1]
        return jnp.abs(slope / A - 1)

    return {"alignment": apart(dataclasses.replace(setting, teacher_update=v_r)), "whole": apart(setting)}


def _turned(setting: Setting, v_r: Params) -> dict[str, jax.Array]:
    """φ(ε) of a teacher that moves along v_r, with the setting's loss and with one that breaks P2."""
    taught = dataclasses.replace(setting, teacher_update=v_r)
    fleeing = dataclasses.replace(taught, imitation_loss=repelled)
    return {"phi": inner_product(taught, EPSILON), "repelled": inner_product(fleeing, EPSILON)}


def _of_each_map(change, v: Params) -> Params:
    return {"layers": {i: {**part, "kernel": change(part["kernel"])} for i, part in v["layers"].items()}}


def _maps(v: Params) -> list:
    return [part["kernel"] for part in v["layers"].values()]


def _apart(got, expected) -> jax.Array:
    """The largest over arrays of ‖got − expected‖/‖expected‖."""
    pairs = zip(jax.tree.leaves(got), jax.tree.leaves(expected), strict=True)
    return jnp.max(jnp.stack([jnp.linalg.norm(a - b) / jnp.linalg.norm(b) for a, b in pairs]))


def _singular_values(W: np.ndarray) -> np.ndarray:
    return np.linalg.svd(W, compute_uv=False)


def _above(matrices: list[np.ndarray], bounds: np.ndarray) -> int:
    """How many of them have more ranks than the bounds, to rounding."""
    values = [_singular_values(W) for W in matrices]
    return sum(int(np.sum(~(s[:, bound] <= ROUNDING * s[:, 0]))) for s, bound in zip(values, bounds, strict=True))
