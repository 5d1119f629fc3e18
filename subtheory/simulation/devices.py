"""Seeds spread over devices: each device of a mesh, in this process or another, computes its own share of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Memory:
    """What a program takes of the memory of one device, in bytes, as its compiler counts them.

    Attributes:
        shared: what does not grow with the number of seeds: the shared arrays, the code.
        own: what does: the seeds' intermediate results and what they return.
    """

    shared: int
    own: int

    @property
    def total(self) -> int:
        """Both."""
        return self.shared + self.own


@dataclass(frozen=True)
class OverDevices:
    """One compiled program for many seeds; ``over_devices`` makes it.

    Attributes:
        program: what is compiled: the keys' raw data and the shared arrays ↦ the results.
        mesh: the devices.
    """

    program: Any
    mesh: Mesh

    def __call__(self, keys: PyTree, *shared: jax.Array) -> Any:
        """The results of every seed, stacked, as NumPy arrays, the same in every process.

        Args:
            keys: a tree of key arrays ``[seeds]``.
            *shared: arrays as ``replicated`` makes them.

        Raises:
            ValueError: if the number of seeds is no multiple of the number of devices.
        """
        count = len(jax.tree.leaves(keys)[0])
        if count % self.mesh.size:
            raise ValueError(
                f"got {count} seeds for {self.mesh.size} devices; expected a multiple, so that shares are equal."
            )
        raw = jax.tree.map(lambda key: _placed(jax.random.key_data(key), self.mesh, PartitionSpec(SEEDS)), keys)
        return _everywhere(self.program(raw, *shared))

    def memory(self, keys: PyTree, *shared: Any) -> Memory | None:
        """What the program takes of each device; it is compiled, and neither run nor given any array.

        A call with as many seeds afterwards does not compile it again.

        Args:
            keys: as in a call.
            *shared: arrays of the shapes and types of a call's, wherever they are.

        Returns:
            the memory; None if the compiler does not tell.
        """
        raw = jax.tree.map(lambda key: _outline(jax.random.key_data(key), self.mesh, PartitionSpec(SEEDS)), keys)
        outlines = [_outline(array, self.mesh, PartitionSpec()) for array in shared]
        told = self.program.lower(raw, *outlines).compile().memory_analysis()
        if told is None:
            return None
        return Memory(
            told.argument_size_in_bytes + told.generated_code_size_in_bytes,
            told.temp_size_in_bytes + told.output_size_in_bytes,
        )


def over_devices(experiment: Callable[..., Any], mesh: Mesh, together: int = 1) -> OverDevices:
    """``experiment`` for many seeds in one compiled program, an equal share of them on every device.

    Devices exchange nothing while they compute. A seed's numbers are those of ``over_seeds``: they depend on its own
    keys, not on the device, the process or the other seeds (up to the rounding of batched products where ``together``
    is above 1).

    Args:
        experiment: ``experiment(keys of one seed, *shared)`` ↦ its results, arrays.
        mesh: as ``seed_mesh`` makes it.
        together: seeds that one device computes at once; it alone decides the memory.

    Returns:
        the program, to be called with a tree of key arrays ``[seeds]`` and the shared arrays.
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

    return OverDevices(program, mesh)


def replicated(arrays: PyTree, mesh: Mesh) -> PyTree:
    """The same arrays on every device of the mesh; every process gives its own copy of the same values."""
    return jax.tree.map(lambda array: _placed(array, mesh, PartitionSpec()), arrays)


def _placed(array: Any, mesh: Mesh, spec: PartitionSpec) -> jax.Array:
    values = np.asarray(array)
    return jax.make_array_from_callback(values.shape, NamedSharding(mesh, spec), lambda index: values[index])


def _outline(array: Any, mesh: Mesh, spec: PartitionSpec) -> jax.ShapeDtypeStruct:
    dtype = jax.dtypes.canonicalize_dtype(array.dtype)
    return jax.ShapeDtypeStruct(array.shape, dtype, sharding=NamedSharding(mesh, spec))


def _everywhere(results: PyTree) -> PyTree:
    if jax.process_count() == 1:
        return jax.device_get(results)
    from jax.experimental import multihost_utils

    return multihost_utils.process_allgather(results, tiled=True)
