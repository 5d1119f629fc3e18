"""``--seeds-at-once auto``: the number is the interrupted run's, or chosen from the devices' memory, and said why.

Every process of a run calls ``settled`` with the same plan, and all get the same number.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from typing import Any

import jax

from subtheory.simulation.devices import Memory

from . import device_memory, processes, runner
from .registry import Together, Weighing
from .seeds_at_once import PROBE, that_fit

UNKNOWN = -1
"""In place of a number of bytes, which every process must give."""


def settled(plan: runner.Plan, data: Any) -> tuple[runner.Plan, str]:
    """The plan with its number of seeds at once, and one sentence that says which, and why.

    Args:
        plan: of ``--seeds-at-once auto``.
        data: as the experiment takes it.
    """
    kept = processes.greatest(0 if plan.origin == "open" else plan.together)
    number, why = (kept, "as in the run that it goes on with") if kept else _chosen(plan, data)
    seeds = "1 seed" if number == 1 else f"{number} seeds"
    chosen = dataclasses.replace(plan, together=number, origin="asked")
    return chosen, f"{plan.name}: {seeds} at once on each device (auto: {why})"


def _chosen(plan: runner.Plan, data: Any) -> tuple[int, str]:
    if not isinstance(plan.module, Together):
        return 1, "the experiment computes one after another"
    devices = jax.local_devices()
    if devices[0].platform == "cpu":
        return 1, "on a CPU more gain nothing"
    seeds = -(-len(plan.module.chunks(plan.config)) // jax.device_count())
    if seeds == 1:
        return 1, "there are no more of them"
    told = device_memory.room(devices)
    room = processes.least(UNKNOWN if told is None else told)
    if room == UNKNOWN:
        return 1, "the device does not tell its memory; give a number to have more"
    if not isinstance(plan.module, Weighing):
        return 1, "the experiment does not tell what a seed needs; give a number to have more"
    runner.use_precision(plan.module)
    memory = plan.module.memory_together

    @cache
    def needed(number: int) -> Memory | None:
        one = memory(plan.config, data, number)
        if processes.least(UNKNOWN if one is None else 0) == UNKNOWN or one is None:
            return None
        return Memory(processes.greatest(one.shared), processes.greatest(one.own))

    first = needed(PROBE)
    if first is None:
        return 1, "the compiler does not tell what a seed needs; give a number to have more"
    number = that_fit(lambda several: needed(several) or first, room, seeds)
    gigabytes = f"{first.own / PROBE / 1e9:.2g} GB a seed, {max(0, room - first.shared) / 1e9:.3g} GB to fill"
    return number, f"{gigabytes}, {seeds} seeds to compute"
