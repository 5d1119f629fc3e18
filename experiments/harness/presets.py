"""From profile and options to an experiment's configuration."""

from __future__ import annotations

import dataclasses
from typing import Any

from subtheory._names import known_name

from .registry import Experiment

NO_DATA, CHECKPOINT = "none", "checkpoint"
PACKAGED = ("smollm2",)
"""Language models that a package of the index carries: names that ``subtheory.lm.load`` takes."""
DATA_NAMES = ("digits", "mnist")


def configuration(
    module: Experiment, profile: str, seeds: int | None = None, data: str | None = None, own_folder: bool = False
) -> Any:
    """The preset of ``profile`` with the number of seeds and the data set replaced where they are given.

    Args:
        module: the experiment.
        profile: a key of its ``PRESETS``.
        seeds: how many seeds, or None for the preset's.
        data: ``"digits"`` or ``"mnist"``, or None for the preset's; an experiment on no images keeps what it has.
        own_folder: whether a folder is given, which may hold a data set of any name.

    Raises:
        ValueError: if the profile or data set is unknown (the nearest is suggested) or there are no seeds.
    """
    config = module.PRESETS[known_name("profile", profile, module.PRESETS)]
    changes: dict[str, Any] = {}
    if seeds is not None:
        if seeds < 1:
            raise ValueError(f"got {seeds} seeds; expected at least 1.")
        changes["seeds"] = seeds
    if data is not None:
        if not own_folder:
            known_name("data set", data, DATA_NAMES)
        if config.data not in (NO_DATA, CHECKPOINT, *PACKAGED):
            changes["data"] = data
    return dataclasses.replace(config, **changes)


def seeds_of(config: Any) -> range:
    """The seeds of a configuration: as many as it says, from its ``first_seed`` on, which is 0 where it has none."""
    first = getattr(config, "first_seed", 0)
    return range(first, first + config.seeds)
