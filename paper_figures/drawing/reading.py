"""Reading a record, as the experiments write them: ``results.csv`` with raw rows beside ``run.json``."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FORMAT_VERSION = 1
TEN_CLASSES = {"digits": 10, "mnist": 10}  # older records do not say it themselves
COMMITTED = Path(__file__).resolve().parents[1] / "records"


class RecordError(ValueError):
    """A record is missing, damaged, or not one that a figure can be drawn of; the message is one sentence."""


@dataclass(frozen=True)
class Record:
    """Raw rows and how they were made.

    Attributes:
        name: of the record, of its experiment and of its figure.
        rows: columns seed, condition, metric, value, and the sweep's.
        run: ``run.json``: configuration, seeds, versions.
    """

    name: str
    rows: pd.DataFrame
    run: Mapping[str, Any]

    @property
    def config(self) -> Mapping[str, Any]:
        """The configuration of the run."""
        return self.run["config"]

    @cached_property
    def _by_metric(self) -> dict[str, pd.DataFrame]:
        """Metric → its rows, parted once: text and figures ask for the rows of one record hundreds of times."""
        return {str(metric): rows for metric, rows in self.rows.groupby("metric", sort=False)}

    @property
    def chance(self) -> float:
        """The accuracy of guessing among the classes of the data, 1 / classes.

        Raises:
            RecordError: if the record does not say how many there are.
        """
        name = self.config.get("data")
        classes = self.run.get("data", {}).get("classes", TEN_CLASSES.get(str(name)))
        if not classes:
            raise RecordError(
                f"the record {self.name!r} does not say how many classes its data {name!r} have; make it again."
            )
        return 1 / classes

    def values(self, metric: str, condition: str | None = None, **sweep: Any) -> pd.DataFrame:
        """The rows of one metric, and of one condition and sweep value where they are given.

        Raises:
            RecordError: if there is none.
        """
        rows = self._by_metric.get(metric, self.rows.iloc[:0])
        kept = np.ones(len(rows), bool)
        for column, wanted in {"condition": condition, **sweep}.items():
            if wanted is not None:
                kept &= (rows[column] == wanted).to_numpy(bool)
        rows = rows.loc[kept]
        if rows.empty:
            what = ", ".join(repr(part) for part in (metric, condition, *sweep.values()) if part is not None)
            raise RecordError(
                f"the record {self.name!r} has no rows of {what}; expected what its experiment writes: run it again."
            )
        return rows

    def words(self, column: str) -> list[str]:
        """The words that stand in a column, in the order in which the record has them."""
        return [str(value) for value in self.rows[column].dropna().unique()]

    def only_known(self, column: str, known: Collection[str]) -> None:
        """Refuse a word that a figure has no place for, rather than leave its rows out in silence.

        Raises:
            RecordError: if there is one.
        """
        strange = [word for word in self.words(column) if word not in known]
        if strange:
            raise RecordError(
                f"the record {self.name!r} has rows whose {column} is {strange[0]!r}, which its figure has no place "
                f"for; known are {', '.join(map(repr, known))}: add it to the figure's module."
            )

    def table(self, metric: str, index: str, condition: str | None = None, **fixed: Any) -> pd.DataFrame:
        """One metric as a table: the values of the column ``index`` down, seeds across."""
        return self.values(metric, condition, **fixed).pivot_table(index=index, columns="seed", values="value")

    def by_seed(self, metric: str, condition: str | None = None, **fixed: Any) -> pd.Series:
        """One metric that has one value per seed, indexed by seed."""
        rows = self.values(metric, condition, **fixed).sort_values("seed")
        return pd.Series(rows["value"].to_numpy(float), index=rows["seed"].to_numpy(int))


def read(name: str, folder: Path | str = COMMITTED, columns: Sequence[str] = ()) -> Record:
    """Read and check the record ``folder/name``.

    Args:
        name: of the figure.
        folder: the folder of records.
        columns: sweep columns that the figure needs.

    Raises:
        RecordError: if it is missing, of another format version, damaged, empty, or without one of the columns.
    """
    place = Path(folder) / name
    where = str(place)
    content = {}
    for file in ("run.json", "results.csv"):
        try:
            content[file] = (place / file).read_bytes()
        except OSError:
            raise RecordError(
                f"the record {where!r} has no readable {file}; make it by `python -m experiments run {name}`, or pass "
                "another folder (--records)."
            ) from None
    run = _run(where, content["run.json"])
    results = content["results.csv"].replace(b"\r\n", b"\n")
    if hashlib.sha256(results).hexdigest() != run["results_sha256"]:
        raise RecordError(f"the rows of {where!r} are damaged: their checksum is not run.json's; make it again.")
    try:
        rows = pd.read_csv(io.BytesIO(results))
    except ValueError as error:
        raise RecordError(f"the rows of {where!r} are damaged ({error}); make the record again.") from None
    missing = [column for column in ("seed", "condition", "metric", "value", *columns) if column not in rows]
    if missing or rows.empty:
        lack = f"no column {missing[0]!r}" if missing else "no rows"
        raise RecordError(f"the record {where!r} has {lack}; expected what the experiment {name!r} writes.")
    return Record(name, rows, run)


def _run(where: str, content: bytes) -> Mapping[str, Any]:
    try:
        run = json.loads(content)
    except ValueError:
        raise RecordError(f"run.json of {where!r} is damaged: it is not JSON; make the record again.") from None
    version = run.get("format_version") if isinstance(run, dict) else None
    if version != FORMAT_VERSION:
        raise RecordError(
            f"the record {where!r} has the format version {version!r}; expected {FORMAT_VERSION}; make it again."
        )
    if not (isinstance(run.get("config"), dict) and isinstance(run.get("results_sha256"), str)):
        raise RecordError(f"run.json of {where!r} lacks its configuration or checksum; make the record again.")
    return run
