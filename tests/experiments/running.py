"""Running an experiment's chunks in a test, and finding its rows."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.harness import registry
from subtheory import _rows
from subtheory.setting.data import Dataset, digits
from tests.lm import checkpoints


@lru_cache(maxsize=1)
def digits64() -> Dataset:
    """One digits data set for the process, so that what is compiled for it is compiled once."""
    return digits(np.float64)


@lru_cache(maxsize=1)
def tiny_model() -> Any:
    """A language model with random weights and a tokenizer of words."""
    with tempfile.TemporaryDirectory() as folder:
        return checkpoints.model(Path(folder), "float32")


def run(name: str, config: Any, chunk: int) -> list[dict[str, Any]]:
    """The plain rows of one chunk."""
    module = registry.load(name)
    data = {"none": lambda: None, "checkpoint": tiny_model}.get(config.data, digits64)()
    return _rows.plain_rows(module.run_chunk(config, chunk, data))


def frame(name: str, config: Any, seeds: int | None = None) -> pd.DataFrame:
    """The rows of the first seeds of a configuration, all of them if absent."""
    chunks = list(registry.load(name).chunks(config))[:seeds]
    return pd.DataFrame([row for chunk in chunks for row in run(name, config, chunk)])


def depends_on_its_seed_alone(name: str, config: Any, rows: pd.DataFrame) -> None:
    """Fail unless one seed's rows repeat bit for bit, whatever the number of seeds: fewer are a prefix of more."""
    more = replace(config, seeds=config.seeds + 5)
    again = pd.DataFrame(run(name, more, 1))
    pd.testing.assert_frame_equal(again, rows[rows["seed"] == 1].reset_index(drop=True), check_exact=True)
    assert not again["value"].equals(rows[rows["seed"] == 0]["value"].reset_index(drop=True))
    chunks = list(registry.load(name).chunks(config))
    assert chunks == list(registry.load(name).chunks(more))[: len(chunks)]


def table(rows: pd.DataFrame, metric: str, condition: str, index: str = "epsilon", **where: Any) -> pd.DataFrame:
    """One metric of one condition: sweep values down, seeds across."""
    for column, wanted in {"metric": metric, "condition": condition, **where}.items():
        rows = rows[rows[column] == wanted]
    return rows.pivot_table(index=index, columns="seed", values="value")


def one(rows: pd.DataFrame, metric: str, condition: str, **where: Any) -> pd.Series:
    """One metric that has one value per seed."""
    for column, wanted in {"metric": metric, "condition": condition, **where}.items():
        rows = rows[rows[column] == wanted]
    return rows.set_index("seed")["value"]
