"""More than two hundred settings of perceptrons in families: in each one thing is varied and all else is the base's."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from experiments.auxiliary_logits.common.protocol import Protocol, Student

BASE = Protocol(
    hidden=(64, 64), auxiliary=6, batch=128, teacher_rate=1e-3, student_rate=1e-3, teacher_epochs=15, student_epochs=16,
    noise=2048, theory_inputs=256,
)  # fmt: skip
"""Digits, 64-64-64-16, six auxiliary logits; a student takes 256 steps."""


@dataclass(frozen=True)
class World:
    """All of a setting but the student's start.

    Attributes:
        protocol: network, inputs, optimiser, length.
        loss: the imitation loss's name.
    """

    protocol: Protocol
    loss: str = "forward KL"


@dataclass(frozen=True)
class Case:
    """One setting.

    Attributes:
        family: what is varied.
        value: to what, in words.
        start: where the student starts, in words.
        student: the same as a choice.
    """

    family: str
    value: str
    start: str
    student: Student = field(repr=False)


SAME, OTHER = "the same", "another"


def starts(protocol: Protocol) -> dict[str, Student]:
    """The nine starts of every world: the teacher's, seven that share something with it, and another."""
    layers = tuple(f"layers/{number}" for number in range(len(protocol.hidden) + 1))
    return {
        SAME: Student(),
        **{f"interpolated {t}": Student(init="interpolated", amount=t) for t in (0.1, 0.3)},
        **{f"noise {s}": Student(init="perturbed", amount=s) for s in (0.03, 0.1)},
        "first layer anew": Student(init="partly shared", layers=layers[1:]),
        "head anew": Student(init="partly shared", layers=layers[:-1]),
        "permuted 0.25": Student(init="permuted", amount=0.25),
        OTHER: Student(init="independent"),
    }


@dataclass(frozen=True)
class Change:
    """What a world has that the base has not: fields of the protocol, and the imitation loss."""

    fields: tuple[tuple[str, Any], ...] = ()
    loss: str = "forward KL"

    def of(self, base: Protocol) -> World:
        """The world that comes of it."""
        return World(replace(base, **dict(self.fields)), self.loss)


def _varied(**fields: Any) -> Change:
    return Change(tuple(fields.items()))


WORLDS: dict[str, dict[str, Change]] = {
    "width": {f"{width}": _varied(hidden=(width, width)) for width in (16, 128)},
    "depth": {f"{depth}": _varied(hidden=(64,) * depth) for depth in (1, 3)},
    "activation": {name: _varied(activation=name) for name in ("tanh", "gelu")},
    "scale": {f"{scale}": _varied(init_scale=scale) for scale in (0.5, 2.0)},
    "auxiliary": {f"{count}": _varied(auxiliary=count) for count in (3, 12)},
    "loss": {name: Change(loss=name) for name in ("squared error", "softmax cross-entropy at temperature 5")},
    "inputs": {name: _varied(inputs=name) for name in ("gaussian", "images")},
    "optimiser": {
        f"{name} {rate:g}": _varied(student_optimiser=name, student_rate=rate)
        for name, rate in (("sgd", 0.3), ("sign", 3e-4))
    },
    "length": {f"{16 * epochs}": _varied(student_epochs=epochs) for epochs in (4, 16, 48)},
}
"""Family → value → what is changed; each has the nine starts."""

START_FAMILIES: dict[str, dict[str, Student]] = {
    "interpolated": {
        f"{t}": Student(init="interpolated", amount=t) for t in (0.05, 0.15, 0.2, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
    },
    "noise": {
        **{f"all {s}": Student(init="perturbed", amount=s) for s in (0.01, 0.02, 0.05, 0.07, 0.15, 0.2)},
        **{
            f"layer {number} {s}": Student(init="perturbed", amount=s, layers=(f"layers/{number}",))
            for number in (0, 1, 2)
            for s in (0.1, 0.2, 0.4)
        },
    },
    "layers anew": {
        f"all but {' and '.join(map(str, kept))}": Student(
            init="partly shared", layers=tuple(f"layers/{number}" for number in kept)
        )
        for kept in ((0,), (1,), (2,), (0, 2))
    },
    "permuted": {
        **{f"{share}": Student(init="permuted", amount=share) for share in (0.05, 0.1, 0.5, 1.0)},
        **{f"scrambled {share}": Student(init="scrambled", amount=share) for share in (0.05, 0.25, 1.0)},
    },
}
"""Family → value → a start in the base's world, none of which is one of the nine."""

FAMILIES = (*WORLDS, *START_FAMILIES)


def worlds(families: tuple[str, ...], base: Protocol = BASE) -> dict[World, list[Case]]:
    """World → its cases: those of one world are trained side by side."""
    found: dict[World, list[Case]] = {}
    for family in families:
        for value, change in WORLDS.get(family, {}).items():
            world = change.of(base)
            cases = [Case(family, value, start, student) for start, student in starts(world.protocol).items()]
            found.setdefault(world, []).extend(cases)
        for value, student in START_FAMILIES.get(family, {}).items():
            found.setdefault(World(base), []).append(Case(family, value, value, student))
    return found
