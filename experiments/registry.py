"""The experiments by name, and what a module must hold to be one.

A module ``experiments/NAME.py`` holds

- a docstring: one sentence that says what is measured, then its command, its cost and the number to expect;
- ``Config``: a frozen dataclass of plain values (numbers, words, tuples of them) with at least
      ``seeds: int``   how many seeds are run: 0 … seeds − 1, set by ``--seeds``;
      ``data: str``    ``"digits"``, ``"mnist"`` or the name that ``--data`` gives to the data set in ``--data-dir``;
                       ``"none"`` if no data set is used; ``"checkpoint"`` for a language model;
- ``PRESETS: dict[str, Config]`` with the keys ``"quick"`` (seconds, on digits) and ``"paper"``;
- ``chunks(config) -> Sequence[int | str]``: the units of work in order, usually ``range(config.seeds)``;
- ``run_chunk(config, chunk, data) -> list[dict]``: the rows of one chunk, each with ``seed`` (int), ``condition``
  (str), ``metric`` (str), ``value`` (number) and any sweep columns. ``data`` is the ``Dataset`` or language model that
  ``config.data`` names, in the experiment's precision, or None. Rows depend on ``config``, ``chunk`` and ``data``
  alone, never on an earlier chunk; every random draw takes its key from the row's own seed, so that ``--seeds 3`` is a
  prefix of ``--seeds 5``;
- optionally ``run_together(config, chunks, data, together) -> list[list[dict]]``: the rows of several chunks, computed
  on all devices at once, ``together`` chunks on each; the same rows as ``run_chunk``'s. Every process of a run in
  several processes calls it with the same arguments;
- optionally ``check(config, data)``: raises ValueError if the configuration asks of the data what it has not, before
  anything is computed;
- optionally ``PRECISION``: ``"float64"`` (the default) or ``"float32"``, which the command line sets for its process.

Raw rows only: means and intervals belong to whoever reads the record. A module imports ``subtheory`` and computes
nothing at import. To add an experiment, write its module and add its name to ``NAMES``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from subtheory._checks import known_name
from subtheory.setting.data import Dataset

NAMES = (
    "alignment_rate",
    "trait_loss_change",
    "init_alignment",
    "finite_step",
    "information_law",
    "filtering_law",
    "mnist_aux_logits",
    "aux_count",
    "init_distance",
    "shared_layers",
    "student_inputs",
    "imitation_loss",
    "optimisers",
    "training_length",
    "width_depth",
    "published_numbers",
    "published_lengths",
    "replication_gap",
    "permuted_students",
    "cnn_students",
    "class_count",
    "multi_task",
    "matched_students",
    "lm_stories",
    "lm_numbers",
    "lm_code",
    "lm_traces",
    "lm_misalignment",
    "lm_reasoning",
    "lm_in_context",
    "lm_shuffled",
    "lm_cross_models",
    "lm_detection",
    "lm_audit_ranks",
    "lm_prompted",
    "lm_bandwidth",
    "lm_tokens",
    "lm_adapters",
    "lm_false_facts",
    "lm_mixtures",
    "lm_paraphrase",
)

PROFILES = ("quick", "paper")


class Experiment(Protocol):
    """What the runner needs of an experiment's module."""

    __doc__: str | None
    PRESETS: Mapping[str, Any]

    @staticmethod
    def chunks(config: Any) -> Sequence[int | str]:
        """The units of work, in order."""
        ...

    @staticmethod
    def run_chunk(config: Any, chunk: Any, data: Dataset | None) -> list[dict[str, Any]]:
        """The rows of one unit."""
        ...


@runtime_checkable
class Together(Protocol):
    """An experiment that offers to compute several units at once."""

    @staticmethod
    def run_together(config: Any, chunks: Sequence[Any], data: Any, together: int) -> list[list[dict[str, Any]]]:
        """The rows of several units, computed on all devices at once, ``together`` units on each."""
        ...


@runtime_checkable
class Checking(Protocol):
    """An experiment that can refuse data before anything is computed."""

    @staticmethod
    def check(config: Any, data: Any) -> None:
        """Raise ValueError if the configuration asks of the data what it has not."""
        ...


def load(name: str) -> Experiment:
    """The module of one experiment, imported now.

    Raises:
        ValueError: if the name is unknown (the nearest is suggested), or the module lacks something.
    """
    known_name("experiment", name, NAMES)
    module: Any = importlib.import_module(f"experiments.{name}")
    missing = [part for part in ("PRESETS", "chunks", "run_chunk") if not hasattr(module, part)]
    if missing or not module.__doc__:
        raise ValueError(
            f"experiments/{name}.py has no {missing[0] if missing else 'docstring'}; expected what registry.py lists."
        )
    return module


def precision(module: Experiment) -> str:
    """The experiment's floating-point type: ``PRECISION``, or float64."""
    return known_name("precision", getattr(module, "PRECISION", "float64"), ("float32", "float64"))


def summary(module: Experiment) -> str:
    """The first paragraph of the module's docstring, on one line."""
    return " ".join((module.__doc__ or "").strip().split("\n\n")[0].split())
