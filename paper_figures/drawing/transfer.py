"""How a transfer, and what was known of it before training, is read of a record of miniature language models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from .reading import Record

Sweep = Mapping[str, Any]
Conditions = tuple[str, str]
"""Students, and their control."""
STUDENTS, CROSS = ("student_same_init", "student_control"), ("cross_model", "cross_model_control")
RATE, HARM = "target_rate", "harmful_rate"


@dataclass(frozen=True)
class Transfer:
    """One row of the figure: a record, and the rows of it that are read.

    Attributes:
        record: its name.
        words: what the figure and the documentation call it.
        metric: the rate of the trait.
        same: students of the teacher's initialisation and their control.
        cross: cross-model students of the same data and their control; none if the experiment has none.
        learned: sweep values of the students' rows.
        cross_learned: those of the cross-model students' rows, if they are others.
        control_learned: those of both controls' rows, if they are others than those of the students.
        audit: the metrics of the audit and of the slope that makes a pure number of it.
        audited: the condition that the audit's rows stand under.
        sloped: the condition that the slope's rows stand under, if it is another.
        data: sweep values of the audit's rows.
        slope_data: those of the slope's rows, if they are others.
        moves: what the students moved, where that differs; each is one more point.
        teacher: the condition of the teacher's own rate, and that of the reference that it began as.
        taught: sweep values of these two's rows.
        by: columns besides seed and trait that tell points apart.
        foreign: whether points are pairs of a trait and the data of another trait's teacher.
    """

    record: str
    words: str
    metric: str = RATE
    same: Conditions = STUDENTS
    cross: Conditions | None = CROSS
    learned: Sweep = field(default_factory=dict)
    cross_learned: Sweep | None = None
    control_learned: Sweep | None = None
    audit: tuple[str, str] = ("audit score", "predicted slope")
    audited: str = STUDENTS[0]
    sloped: str | None = None
    data: Sweep = field(default_factory=dict)
    slope_data: Sweep | None = None
    moves: tuple[str, ...] = ()
    teacher: Conditions = ("teacher", "reference")
    taught: Sweep = field(default_factory=dict)
    by: tuple[str, ...] = ()
    foreign: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are needed of the record."""
        students = {**self.learned, **(self.cross_learned or {}), **(self.control_learned or {})}
        swept = {**students, **self.data, **self.taught}
        return tuple(dict.fromkeys(("trait", *(("moves",) if self.moves else ()), *swept, *self.by)))


def points(record: Record, one: Transfer) -> pd.DataFrame:
    """What is read of the record, one point per row.

    ``seed``; ``audit``, of the data before any training; ``lesson``, how much the teacher's own rate of the trait
    changed, which others' teachers' data do not have; ``same``, the students' change, and ``cross``, if there is one.
    """
    return _of_other_traits(record) if one.foreign else _of_own_trait(record, one)


def _of_own_trait(record: Record, one: Transfer) -> pd.DataFrame:
    """By seed and trait: ``audit``, standardised, and the changes ``lesson``, ``same`` and ``cross``."""
    there = one.data if one.slope_data is None else one.slope_data
    slope = _mean(record, one, one.audit[1], one.sloped or one.audited, there)
    audit = _mean(record, one, one.audit[0], one.audited, one.data) / np.sqrt(slope)
    teacher, start = (_mean(record, one, one.metric, condition, one.taught) for condition in one.teacher)
    parts = []
    for moves in one.moves or ("",):
        fixed = {"moves": moves} if moves else {}
        found = {
            "audit": audit,
            "lesson": teacher - start,
            "same": _change(record, one, one.same, {**one.learned, **fixed}),
        }
        if one.cross:
            swept = one.learned if one.cross_learned is None else one.cross_learned
            found["cross"] = _change(record, one, one.cross, {**swept, **fixed})
        parts.append(pd.DataFrame(found))
    return pd.concat(parts).reset_index()[["seed", *parts[0].columns]]


def _of_other_traits(record: Record) -> pd.DataFrame:
    """The same for every trait in the students of the *other* traits' data, audited along the trait's displacement."""
    score, after = (
        record.values(metric, STUDENTS[0]).pivot_table(index="data_set", columns=["seed", "trait"], values="value")
        for metric in ("displacement score", RATE)
    )
    slope = record.values("predicted slope").set_index(["seed", "trait"])["value"]
    crossed = record.values(RATE, CROSS[0]).pivot_table(index="data_set", columns=["seed", "trait"], values="value")
    tables = {"audit": score / np.sqrt(slope.reindex(score.columns)), "same": after, "cross": crossed}
    changes = {name: table - table.loc["reference"] for name, table in tables.items()}
    long = pd.DataFrame({name: table.drop(index="reference").stack([0, 1]) for name, table in changes.items()})
    own = long.index.get_level_values("data_set") == long.index.get_level_values("trait")
    return long[~own].reset_index()[["seed", *tables]]


def _change(record: Record, one: Transfer, pair: Conditions, sweep: Sweep) -> pd.Series:
    control = sweep if one.control_learned is None else {**sweep, **one.control_learned}
    return _mean(record, one, one.metric, pair[0], sweep) - _mean(record, one, one.metric, pair[1], control)


def _mean(record: Record, one: Transfer, metric: str, condition: str, sweep: Sweep) -> pd.Series:
    rows = record.values(metric, condition, **sweep)
    return rows.groupby(["seed", "trait", *one.by])["value"].mean()
