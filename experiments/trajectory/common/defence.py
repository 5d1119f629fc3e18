"""Defences against transfer, in plain values."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.auxiliary_logits.common.protocol import Student

SHARED = Student()
"""A student that starts where the teacher did."""


@dataclass(frozen=True)
class Defence:
    """What is done, and how much of it.

    Attributes:
        kind: the record's condition.
        amount: how much.
        noise: standard deviation of noise on the targets, in units of the targets' own.
        mixed: share of the second teacher in the targets.
        start: where the student starts.
        projected: whether the trait gradient is taken out of every step.
        epochs: of imitation; the protocol's if absent.
        healed: epochs on the reference's class logits afterwards.
        anchored: first epochs in which the reference's class logits on the noise are imitated too.
    """

    kind: str
    amount: float = 0.0
    noise: float = 0.0
    mixed: float = 0.0
    start: Student = SHARED
    projected: bool = False
    epochs: int | None = None
    healed: int = 0
    anchored: int = 0


DEFENCES = (
    Defence("undefended"),
    Defence("projection", projected=True),
    *(Defence("noise", s, noise=s) for s in (0.5, 2.0, 8.0)),
    *(Defence("mixing", share, mixed=share) for share in (0.25, 0.5, 0.75)),
    Defence("heads", start=Student(init="partly shared", layers=("layers/0", "layers/1"))),
    Defence("fresh", start=Student(init="independent")),
    *(Defence("early", epochs, epochs=epochs) for epochs in (1, 3, 7)),
    *(Defence("afterwards", epochs, healed=epochs) for epochs in (1, 5)),
    *(Defence("liminal", epochs, anchored=epochs) for epochs in (1, 15)),
)
"""All that are measured, the undefended student first."""


def name_of(one: Defence) -> str:
    """Kind and amount, which no other has."""
    return f"{one.kind} {one.amount:g}"
