"""Seeds spread over devices: each device of a mesh, in this process or another, computes its own share of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec
from jaxtyping import PyTree

from .ensemble import over_seeds

SEEDS = "seeds"
"""The mesh's only axis."""


def seed_mesh(devices: Sequence[Any] | None = None) -> Mesh:
    """A mesh with one axis, along which seeds are spread.

    Args:
        devices: which ones; None takes all of this run, those of other processes included (``jax.distributed``).
    """
    devices = jax.devices() if devices is None else devices
    return jax.make_mesh((len(devices),), (SEEDS,), axis_types=(AxisType.Auto,), devices=devices)


def over_devices(experiment: Callable[..., Any], mesh: Mesh, together: int = 1) -> Callable[..., Any]:
    """``experiment`` for many seeds in one compiled program, an equal share of them on every device.

    Devices exchange nothing while they compute. A seed's numbers are those of ``over_seeds``: they depend on its own
    keys, not on the device, the process or the other seeds (up to the rounding of batched products where ``together``
    is above 1).

    Args:
        experiment: ``experiment(keys of one seed, *shared)`` ↦ its results, arrays.
        mesh: as ``seed_mesh`` makes it.
        together: seeds that one device computes at once; it alone decides the memory.

    Returns:
        ``run(keys, *shared)``: ``keys`` is a tree of key arrays ``[seeds]``, ``shared`` are arrays as ``replicated``
        makes them. The results are stacked over seeds, as NumPy arrays, the same in every process.
        ``run`` raises ValueError if the number of seeds is no multiple of the number of devices.
    """

    def share(raw, *shared):
        keys = jax.tree.map(jax.random.wrap_key_data, raw)
        return over_seeds(lambda one: experiment(one, *shared), keys, together)

    @jax.jit
    def program(raw, *shared):
        specs = (PartitionSpec(SEEDS), *(PartitionSpec() for _ in shared))
        # Nothing is exchanged, so that there is nothing for check_vma to check; scans would need casts to pass it.
        return jax.shard_map(share, mesh=mesh, in_specs=specs, out_specs=PartitionSpec(SEEDS), check_vma=False)(
            raw, *shared
        )

    def run(keys: PyTree, *shared: jax.Array) -> Any:
        count = len(jax.tree.leaves(keys)[0])
        if count % mesh.size:
            raise ValueError(
                f"got {count} seeds for {mesh.size} devices; expected a multiple, so that shares are equal."
            )
        raw = jax.tree.map(lambda key: _placed(jax.random.key_data(key), mesh, PartitionSpec(SEEDS)), keys)
        return _everywhere(program(raw, *shared))

    return run


def replicated(arrays: PyTree, mesh: Mesh) -> PyTree:
    """The same arrays on every device of the mesh; every process gives its own copy of the same values."""
    return jax.tree.map(lambda array: _placed(array, mesh, PartitionSpec()), arrays)


def _placed(array: Any, mesh: Mesh, spec: PartitionSpec) -> jax.Array:
    values = np.asarray(array)
    return jax.make_array_from_callback(values.shape, NamedSharding(mesh, spec), lambda index: values[index])


def _everywhere(results: PyTree) -> PyTree:
    if jax.process_count() == 1:
        return jax.device_get(results)
    from jax.experimental import multihost_utils

    return multihost_utils.process_allgather(results, tiled=True)
