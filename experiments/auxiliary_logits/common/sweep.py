"""A question about the auxiliary-logit experiment as data: points of a grid over one shared protocol.

A point says where it stands (its columns in the record), which students it trains, and what it changes in the
protocol. An experiment that asks a question is then a list of points:

    POINTS = tuple(Point({"auxiliary": m}, pair(), {"auxiliary": m}) for m in (1, 2, 3, 5, 10))
    PRESETS = {"quick": Sweep(2, POINTS), "paper": Sweep(10, POINTS)}

together with this module's ``chunks``, ``run_chunk``, ``run_together`` and ``memory_together``. Points that change the
protocol in the same way share one teacher, and their students are trained side by side on the same minibatches, so that
they are paired.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from experiments.harness.presets import seeds_of
from subtheory._names import known_name
from subtheory._rows import REQUIRED
from subtheory.setting.data import Dataset
from subtheory.simulation.devices import Memory

from .many_seeds import measure_many, memory_of_many
from .one_seed import Results, measure, rows_of
from .protocol import MNIST, Protocol, Student

LIGHT = Protocol(
    batch=128, teacher_rate=1e-3, student_rate=1e-3, teacher_epochs=15, student_epochs=15, noise=8192,
    theory_inputs=1024,
)  # fmt: skip
"""The sweeps' protocol on digits: about a second per student and seed, and an effect with room on either side."""

PRECISION = "float32"

FIELDS = tuple(field.name for field in dataclasses.fields(Protocol))


def pair(**choices: Any) -> dict[str, Student]:
    """``student_aux`` and its control ``cross_model_aux``, which differs by a fresh init alone.

    Args:
        **choices: of both students, such as ``loss="squared error"``.
    """
    return {"student_aux": Student(**choices), "cross_model_aux": Student(**{**choices, "init": "independent"})}


@dataclass(frozen=True)
class Point:
    """One place of a sweep.

    Attributes:
        at: sweep column → value, written into every row of the point; the same columns in all points of a sweep.
        students: condition → student.
        changes: field of ``Protocol`` → value; what is not named stays as in the sweep's protocol.

    Raises:
        ValueError: if a field is unknown, a column is one that every record has, or no student is there.
    """

    at: Mapping[str, float | int | str]
    students: Mapping[str, Student] = field(default_factory=pair)
    changes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what makes no point."""
        for name in self.changes:
            known_name("field of the protocol", name, FIELDS)
        taken = [name for name in self.at if name in REQUIRED]
        if taken or not self.at or not self.students:
            got = (
                f"a sweep column {taken[0]!r}"
                if taken
                else f"columns {list(self.at)} and {len(self.students)} students"
            )
            raise ValueError(f"got {got}; expected columns other than {', '.join(REQUIRED)}, and a student at least.")


@dataclass(frozen=True)
class Sweep:
    """What is run: every point for every seed, by the protocol that ``data`` names.

    Attributes:
        seeds: how many.
        points: the grid.
        data: ``"digits"``, ``"mnist"``, or the name of a data set by folder.
        digits: the protocol that the points change, on digits.
        mnist: the same on MNIST and on data sets by folder.
        first_seed: of the seeds.

    Raises:
        ValueError: if there is no point, two are at one place, or they have different columns.
    """

    seeds: int
    points: tuple[Point, ...]
    data: str = "digits"
    digits: Protocol = LIGHT
    mnist: Protocol = MNIST
    first_seed: int = 0

    def __post_init__(self) -> None:
        """Refuse what makes no grid."""
        columns = {tuple(point.at) for point in self.points}
        if len(columns) != 1:
            raise ValueError(
                f"the points have the columns {sorted(columns)}; expected the same columns in every point."
            )
        places = [tuple(point.at.values()) for point in self.points]
        twice = [place for place in places if places.count(place) > 1]
        if twice:
            raise ValueError(f"two points are at {twice[0]}; expected every point at a place of its own.")


def check(config: Sweep, data: Dataset) -> None:
    """Raise ValueError if some point cannot be run on the data, before anything is."""
    for point in config.points:
        _protocol(config, point).seen(data)


def chunks(config: Sweep) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Sweep, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """The rows of one seed, point by point: ``reference``, ``teacher`` and the point's students."""
    results = {protocol: measure(protocol, students, chunk, data) for protocol, students in _programs(config).items()}
    return _rows(config, chunk, results)


def run_together(config: Sweep, chunks: Sequence[int], data: Dataset, together: int) -> list[list[dict[str, Any]]]:
    """The same for several seeds at once, spread over all devices."""
    results = {
        protocol: measure_many(protocol, students, chunks, data, together)
        for protocol, students in _programs(config).items()
    }
    return [
        _rows(config, chunk, {protocol: many[place] for protocol, many in results.items()})
        for place, chunk in enumerate(chunks)
    ]


def memory_together(config: Sweep, data: Dataset, together: int) -> Memory | None:
    """What ``run_together`` takes of each device: the programs run in turn, and every data set they see stays there."""
    shared, own = {}, 0
    for protocol, students in _programs(config).items():
        needed = memory_of_many(protocol, students, data, together)
        if needed is None:
            return None
        seen = protocol.seen(data)
        shared[seen] = max(needed.shared, shared.get(seen, 0))
        own = max(needed.own, own)
    return Memory(sum(shared.values()), own)


def _programs(config: Sweep) -> dict[Protocol, dict[str, Student]]:
    """The students of all points of one protocol, by the point's number and their condition."""
    programs: dict[Protocol, dict[str, Student]] = {}
    for place, point in enumerate(config.points):
        students = programs.setdefault(_protocol(config, point), {})
        students.update({f"{place} {condition}": student for condition, student in point.students.items()})
    return programs


def _rows(config: Sweep, seed: int, results: Mapping[Protocol, Results]) -> list[dict[str, Any]]:
    rows = []
    for place, point in enumerate(config.points):
        there = results[_protocol(config, point)]
        names = {name: name for name in ("reference", "teacher")}
        names |= {f"{place} {condition}": condition for condition in point.students}
        rows += rows_of(seed, {condition: there[name] for name, condition in names.items()}, **point.at)
    return rows


def _protocol(config: Sweep, point: Point) -> Protocol:
    return dataclasses.replace(config.digits if config.data == "digits" else config.mnist, **point.changes)
