"""The auxiliary-logit experiment of many seeds in one compiled program, spread over all devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.setting.data import Dataset
from subtheory.simulation.devices import Memory, OverDevices, over_devices, replicated, seed_mesh

from .one_seed import Results, experiment, in_order, seed_keys
from .protocol import Protocol, Student


def measure_many(
    protocol: Protocol, students: Mapping[str, Student], seeds: Sequence[int], data: Dataset, together: int = 1
) -> list[Results]:
    """``auxiliary_logits.measure`` for every seed, in their order; every process gives the same arguments.

    Args:
        protocol: how networks are trained.
        students: condition → student.
        seeds: which ones. They are computed in groups of ``together`` per device; the last group is filled up, so that
            there is one program whatever their number.
        data: images and labels.
        together: seeds that one device computes at once; memory grows with it.
    """
    seen = protocol.seen(data)
    run = _program(protocol, tuple(students.items()), seen.classes, seen.train_images.shape[1], together)
    shared = _on_devices(seen)
    width = jax.device_count() * together
    results: list[Results] = []
    for start in range(0, len(seeds), width):
        group = list(seeds[start : start + width])
        filled = group + group[-1:] * (width - len(group))
        stacked = run(_stacked_keys(filled), *shared)
        for place in range(len(group)):
            results.append(in_order(jax.tree.map(lambda leaf, at=place: leaf[at], stacked), students))
    return results


def memory_of_many(
    protocol: Protocol, students: Mapping[str, Student], data: Dataset, together: int = 1
) -> Memory | None:
    """What ``measure_many`` takes of the memory of each device; its program is compiled for it, and not run.

    Args:
        protocol: how networks are trained.
        students: condition → student.
        data: images and labels.
        together: seeds that one device computes at once.

    Returns:
        the memory; None if the compiler does not tell.
    """
    seen = protocol.seen(data)
    run = _program(protocol, tuple(students.items()), seen.classes, seen.train_images.shape[1], together)
    return run.memory(_stacked_keys(range(jax.device_count() * together)), *_arrays(seen))


def _stacked_keys(seeds: Sequence[int]) -> dict[str, jax.Array]:
    return jax.tree.map(lambda *one: jnp.stack(one), *map(seed_keys, seeds))


def _arrays(data: Dataset) -> tuple[np.ndarray, ...]:
    return data.train_images, data.train_labels, data.test_images, data.test_labels


@lru_cache(maxsize=32)
def _on_devices(data: Dataset) -> tuple[jax.Array, ...]:
    """One copy on every device, whatever the number of programs that use it."""
    return replicated(_arrays(data), seed_mesh())


@lru_cache(maxsize=32)
def _program(
    protocol: Protocol, named: tuple[tuple[str, Student], ...], classes: int, features: int, together: int
) -> OverDevices:
    return over_devices(experiment(protocol, dict(named), classes, features), seed_mesh(), together)
