"""Outputs of a perceptron along θ + t·d, with two derivatives in t, as intervals (theory.md, T5, T6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..._names import known_name
from ..._typing import Params
from .interval import Interval, increasing, interval, polynomial


@dataclass(frozen=True)
class Jet:
    """A quantity on a segment, with its first and second derivative in t."""

    value: Interval
    first: Interval
    second: Interval


Curve = Callable[[float, float], Jet]
"""``curve(low, high)``: what a quantity and its derivatives can be for t between the two."""


def _tanh(h: Jet) -> Jet:
    a = increasing(np.tanh, h.value)
    slope = polynomial(lambda x: 1 - x * x, (0.0,), a)
    bend = polynomial(lambda x: 2 * x * (x * x - 1), (-(3**-0.5), 3**-0.5), a)
    return Jet(a, slope * h.first, bend * h.first.square() + slope * h.second)


ACTIVATIONS: Mapping[str, Callable[[Jet], Jet]] = MappingProxyType({"tanh": _tanh, "identity": lambda h: h})
"""Those with two bounded derivatives whose range on an interval is known in closed form."""


def perceptron(params: Params, direction: Params, inputs: Any, activation: str, outputs: Any = slice(None)) -> Curve:
    """The outputs of ``models.mlp`` or ``models.linear`` on θ + t·d, layer by layer:

        h = aW(t) + b(t),   ḣ = ȧW(t) + aV + β,   ḧ = äW(t) + 2ȧV,   W(t) = W + tV,  b(t) = b + tβ

    with a = s(h) of the layer before, ȧ = s'(h)ḣ, ä = s''(h)ḣ² + s'(h)ḧ, all in interval arithmetic.

    Args:
        params: θ, with ``params["layers"][i]["kernel"]`` and, where there are biases, ``["bias"]``.
        direction: d, of the same structure.
        inputs: ``[N, ...]``, flattened as the model does.
        activation: ``"tanh"`` or ``"identity"``; others have no bounded second derivative, or are not written yet.
        outputs: which of the outputs.

    Raises:
        ValueError: another activation, or parameters that are no perceptron's.
    """
    bend = ACTIVATIONS[known_name("activation with certified bounds", activation, ACTIVATIONS)]
    if not (isinstance(params, Mapping) and set(params) == {"layers"}):
        raise ValueError("the parameters are no perceptron's; expected those of st.models.mlp or st.models.linear.")
    x = np.asarray(inputs, np.float64)
    x = x.reshape(len(x), -1)
    names = sorted(params["layers"], key=int)
    layers = [(_float(params["layers"][name]), _float(direction["layers"][name])) for name in names]

    def curve(low: float, high: float) -> Jet:
        t = interval(low) if low == high else Interval(np.asarray(low), np.asarray(high))
        zero = interval(np.zeros((1, 1)))
        a = Jet(interval(x), zero, zero)
        for number, (there, step) in enumerate(layers):
            W, V = t * step["kernel"] + there["kernel"], step["kernel"]
            value, first = a.value @ W, a.value @ V
            second = interval(np.zeros((len(x), V.shape[1])))
            if number:
                first, second = a.first @ W + first, a.second @ W + (a.first @ V) * 2.0
            if "bias" in there:
                value, first = value + (t * step["bias"] + there["bias"]), first + step["bias"]
            a = Jet(value, first, second)
            if number < len(layers) - 1:
                a = bend(a)
        return Jet(a.value[:, outputs], a.first[:, outputs], a.second[:, outputs])

    return curve


def _float(layer: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(leaf, np.float64) for name, leaf in layer.items()}
