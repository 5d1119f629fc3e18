"""The auxiliary-logit experiment of many seeds in one compiled program, spread over all devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import jax
import jax.numpy as jnp

from subtheory.setting.data import Dataset
from subtheory.simulation.devices import over_devices, replicated, seed_mesh

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
    run, shared = _program(protocol, tuple(students.items()), protocol.seen(data), together)
    width = jax.device_count() * together
    results: list[Results] = []
    for start in range(0, len(seeds), width):
        group = list(seeds[start : start + width])
        filled = group + group[-1:] * (width - len(group))
        keys = jax.tree.map(lambda *one: jnp.stack(one), *map(seed_keys, filled))
        stacked = run(keys, *shared)
        for place in range(len(group)):
            results.append(in_order(jax.tree.map(lambda leaf, at=place: leaf[at], stacked), students))
    return results


@lru_cache(maxsize=32)
def _program(protocol: Protocol, named: tuple[tuple[str, Student], ...], data: Dataset, together: int):
    mesh = seed_mesh()
    one_seed = experiment(protocol, dict(named), data.classes, data.train_images.shape[1])
    shared = replicated((data.train_images, data.train_labels, data.test_images, data.test_labels), mesh)
    return over_devices(one_seed, mesh, together), shared
