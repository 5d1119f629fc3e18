"""Steps that are certified before they are taken: every smaller ε or α keeps the sign too (theory.md, T5, T6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..._typing import Params
from ...setting.channel import select
from ...setting.loss import ImitationLoss
from ...setting.setting import Setting
from .interval import Interval, increasing, polynomial, softmax
from .segment import Jet, perceptron

SLACK = 1e-10
"""Of the largest value so far: what is left to rounding."""
Evaluate = Callable[[float, float], Jet]


def certified_step(
    evaluate: Evaluate, first: float = 1e-3, pieces: int = 400, least: float = 1e-3, most: float = 1e9
) -> float:
    """A t such that g > 0 on all of (0, t], where g(0) = 0 and g'(0) > 0; 0 where nothing can be certified.

    The segment is walked in pieces. On [t, t + h] Taylor's theorem with the least g'' that interval arithmetic allows,

        g(t + s) ≥ g(t) + s g'(t) + ½ s² min(0, inf g''),

    is a concave bound in s: it is positive on all of the piece if it is at both ends. A piece that fails is halved, one
    that holds is followed by a longer one. With ``pieces = 1`` this is the classical 2g'(0)/sup|g''|.

    Args:
        evaluate: (low, high) → g, g' and g'' on the interval; with low = high at a point.
        first: the length of the first piece to be tried.
        pieces: how many evaluations at most; more reach further.
        least: a piece shorter than this share of t ends the walk.
        most: a t beyond this ends it too.
    """
    t, h, value, slope, largest = 0.0, first, 0.0, float(evaluate(0.0, 0.0).first.low), 0.0
    if not slope > 0:
        return 0.0
    for _ in range(pieces):
        bend = min(0.0, float(evaluate(t, t + h).second.low))
        end = value + h * slope + 0.5 * h * h * bend
        if np.isfinite(end) and end > SLACK * max(largest, h * abs(slope)) and value >= 0:
            t += h
            there = evaluate(t, t)
            value = float(there.value.low) - SLACK * largest
            slope, largest, h = float(there.first.low), max(largest, float(there.value.high)), 1.5 * h
            if value <= 0 or t >= most:
                break
        else:
            h /= 2
            if h < least * t or h < 1e-12:
                break
    return t


def certified_epsilon(setting: Setting, activation: str, first: float = 1e-3, pieces: int = 400) -> float:
    """An ε such that φ(ε') > 0 for every ε' ≤ ε, before any step is taken (T5, d).

    εφ(ε) = ε g(ε) with g(ε) = E⟨μ(z_ε) − μ(z₀), Jv⟩, so that g'(0) = A; and g'' is bounded along θ₀ + [0, ε]v by
    interval arithmetic through the layers.

    Args:
        setting: of a perceptron (``models.mlp``, ``models.linear``) with a shared initialisation, and a loss with
            μ(z) = σ(z/τ)/τ, sigmoid, or linear.
        activation: the model's: ``"tanh"`` or ``"identity"``.
        first: the first piece to be tried, in units of ε.
        pieces: how many evaluations at most.

    Returns:
        that ε; 0 where A is zero, or not even the first piece could be certified.

    Raises:
        ValueError: another activation, parameters that are no perceptron's, or a loss without a known μ.
    """
    theta, v, channel = setting.teacher_init, setting.update_direction(), setting.channel
    indices = select(jnp.arange(float(_width(theta)))[None], channel)[0]
    curve = perceptron(theta, v, setting.inputs, activation, np.asarray(indices, int))
    mean = _mean_map(setting.imitation_loss, len(indices))
    start = curve(0.0, 0.0)
    Jv, rest = start.first.low, mean(start).value

    def evaluate(low: float, high: float) -> Jet:
        moved = mean(curve(low, high))
        return _weighted(Jet(moved.value - rest, moved.first, moved.second), Jv)

    return certified_step(evaluate, first, pieces)


def certified_alpha(
    params: Params, update: Params, images: Any, labels: Any, outputs: slice, activation: str,
    first: float = 1e-3, pieces: int = 400,
) -> float:  # fmt: skip
    """An α such that every student's step α' ≤ α lowers a classification loss, before any is taken (T6, c).

    L_T(θ₀) − L_T(θ₀ + αΔ) has the slope φ at α = 0 and a second derivative −Δᵀ∇²L_TΔ, which interval arithmetic bounds
    along the whole segment: with one piece the guarantee is 2φ/(Λ‖Δ‖²), Λ the largest curvature there.

    Args:
        params: θ₀ of a perceptron.
        update: Δ, the student's update.
        images: of the trait.
        labels: their classes.
        outputs: the class logits.
        activation: ``"tanh"`` or ``"identity"``.
        first: the first piece to be tried, in units of α.
        pieces: how many evaluations at most.
    """
    curve = perceptron(params, update, images, activation, outputs)
    taken = np.arange(len(labels)), np.asarray(labels)

    def evaluate(low: float, high: float) -> Jet:
        z = curve(low, high)
        p = _softmax(z)
        loss = increasing(lambda x: np.logaddexp.reduce(x, axis=-1), z.value)
        slope = (p.value * z.first).sum(-1) - z.first[taken]
        bend = (p.first * z.first).sum(-1) + (p.value * z.second).sum(-1) - z.second[taken]
        drop = -(loss - z.value[taken]).mean()
        return Jet(drop - origin[0], -slope.mean(), -bend.mean())

    origin = [0.0]
    origin[0] = float(evaluate(0.0, 0.0).value.low)
    return certified_step(evaluate, first, pieces)


def _softmax(z: Jet, tau: float = 1.0) -> Jet:
    """σ(z/τ) and its derivatives in t: ṗ = p(ż − ⟨p, ż⟩), p̈ = ṗ(ż − ⟨p, ż⟩) + p(z̈ − ⟨ṗ, ż⟩ − ⟨p, z̈⟩)."""
    value, first, second = (part * (1 / tau) for part in (z.value, z.first, z.second))
    p = softmax(value)

    def mean(weights: Interval, of: Interval) -> Interval:
        return (weights * of).sum(-1)[..., None]

    centred = first - mean(p, first)
    rate = p * centred
    return Jet(p, rate, rate * centred + p * (second - mean(rate, first) - mean(p, second)))


def _sigmoid(z: Jet) -> Jet:
    p = increasing(lambda x: 0.5 * (1 + np.tanh(0.5 * x)), z.value)
    slope = polynomial(lambda x: x * (1 - x), (0.5,), p)
    bend = polynomial(lambda x: x * (1 - x) * (1 - 2 * x), (0.5 - 12**-0.5, 0.5 + 12**-0.5), p)
    return Jet(p, slope * z.first, bend * z.first.square() + slope * z.second)


def _mean_map(loss: ImitationLoss, outputs: int) -> Callable[[Jet], Jet]:
    """μ on a segment, known by its name."""
    if loss.mean_map is None:
        raise ValueError(f"the imitation loss {loss.name!r} has no mean_map; expected one with a known μ (T5).")
    if loss.name == "forward KL" or loss.name.startswith("softmax cross-entropy"):
        tau = 1 / float(np.sum(loss.mean_map(jnp.zeros((1, outputs)))))  # Σ μ = 1/τ

        def soft(z: Jet) -> Jet:
            p = _softmax(z, tau)
            return Jet(p.value * (1 / tau), p.first * (1 / tau), p.second * (1 / tau))

        return soft
    if loss.name == "sigmoid cross-entropy":
        return _sigmoid
    if loss.name == "squared error":
        weights = np.asarray(loss.mean_map(jnp.ones((1, outputs))))
        return lambda z: Jet(z.value * weights, z.first * weights, z.second * weights)
    raise ValueError(
        f"the imitation loss {loss.name!r} has no certified bounds; expected squared error, softmax or sigmoid "
        "cross-entropy, or forward KL."
    )


def _weighted(values: Jet, weights: np.ndarray) -> Jet:
    """E⟨·, weights⟩ of a quantity per input."""
    parts = ((part * weights).sum(-1).mean() for part in (values.value, values.first, values.second))
    return Jet(*parts)


def _width(params: Params) -> int:
    layers = params["layers"]
    return layers[max(layers, key=int)]["kernel"].shape[1]
