"""The experiments by name, and what a module must hold to be one.

A module ``experiments/ROOM/NAME.py`` holds

- a docstring: one sentence that says what is measured, then its command, its cost and the number to expect;
- ``Config``: a frozen dataclass of plain values (numbers, words, tuples of them) with at least
      ``seeds: int``   how many seeds are run: 0 … seeds − 1, set by ``--seeds``;
      ``first_seed: int``, optional: where they begin, if test seeds are to be others than those of development;
      ``data: str``    ``"digits"``, ``"mnist"`` or the name that ``--data`` gives to the data set in ``--data-dir``;
                       ``"none"`` if no data set is used; ``"checkpoint"`` for a language model in the user's folder,
                       ``"smollm2"`` for the one that a package of the index carries;
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
- optionally, beside ``run_together``, ``memory_together(config, data, together) -> Memory | None``: what that takes of
  each device's memory, as the compiler counts it (None if it does not tell), for ``--seeds-at-once auto``;
- optionally ``check(config, data)``: raises ValueError if the configuration asks of the data what it has not, before
  anything is computed;
- ``PAPER``: what of the paper it regenerates, such as ``("figure 8",)``; ``CLAIMS``: the statements of theory.md that
  it measures, such as ``("T1",)``; ``COST``: seconds on two idle cores by profile, all three written out as literals,
  for ``list`` reads them without importing anything;
- optionally ``about(config) -> dict``: what run.json says beside all others', such as digests of reference models;
- optionally ``PREREGISTRATION``: what was fixed before any test seed was looked at (``preregistration.py``);
- optionally ``PRECISION``: ``"float64"`` (the default) or ``"float32"``, which the command line sets for its process;
  records of the latter keep nine significant digits, see ``digits``.

Raw rows only: means and intervals belong to whoever reads the record. A module imports ``subtheory`` and computes
nothing at import. To add an experiment, write its module in its room and add its name to ``rooms.ROOMS``.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from subtheory._names import known_name
from subtheory.setting.data import Dataset
from subtheory.simulation.devices import Memory

from . import rooms

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
class Weighing(Protocol):
    """An experiment that tells what several units at once need."""

    @staticmethod
    def memory_together(config: Any, data: Any, together: int) -> Memory | None:
        """What ``run_together`` takes of the memory of each device; None if the compiler does not tell."""
        ...


@runtime_checkable
class Describing(Protocol):
    """An experiment that has something of its own to say in run.json."""

    @staticmethod
    def about(config: Any) -> dict[str, Any]:
        """What is added, by key."""
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
    room = rooms.room_of(name)
    module: Any = importlib.import_module(f"experiments.{room}.{name}")
    missing = [part for part in ("PRESETS", "chunks", "run_chunk") if not hasattr(module, part)]
    if missing or not module.__doc__:
        lack = missing[0] if missing else "docstring"
        raise ValueError(f"experiments/{room}/{name}.py has no {lack}; expected what registry.py lists.")
    return module


def precision(module: Experiment) -> str:
    """The experiment's floating-point type: ``PRECISION``, or float64."""
    return known_name("precision", getattr(module, "PRECISION", "float64"), ("float32", "float64"))
