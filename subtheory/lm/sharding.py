"""Parameters and data over devices: a mesh of ``data`` × ``model``, and where on it every parameter lies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from .._checks import leaf_name
from .model import LanguageModel

DATA, MODEL = "data", "model"
CUT = {
    "query/kernel": -1,
    "query/bias": -1,
    "key/kernel": -1,
    "key/bias": -1,
    "value/kernel": -1,
    "value/bias": -1,
    "output/kernel": -2,
    "gate/kernel": -1,
    "gate/bias": -1,
    "up/kernel": -1,
    "up/bias": -1,
    "down/kernel": -2,
    "embedding/tokens": -2,
    "head/kernel": -1,
}
"""Ending of a parameter's name → the axis that is cut: heads, units of the perceptron, words of the vocabulary. Each
pair of maps (up, then down; query, key and value, then output) is cut along what lies between them, so that devices
exchange one sum per pair. Other parameters are small and lie whole on every device."""


def model_mesh(model: int | None = None, data: int = 1, devices: Sequence[Any] | None = None) -> Mesh:
    """A mesh with the axes ``data``, over which batches are cut, and ``model``, over which parameters are.

    Args:
        model: how many devices share one copy of the parameters; all that ``data`` leaves, if absent.
        data: how many copies there are, each with its own rows of a batch.
        devices: which; all of this process if absent.

    Raises:
        ValueError: numbers whose product is not the number of devices.
    """
    devices = jax.devices() if devices is None else list(devices)
    if data < 1 or (model is None and len(devices) % data):
        raise ValueError(f"got {data} copies of the parameters for {len(devices)} devices; expected a divisor.")
    model = len(devices) // data if model is None else model
    if data * model != len(devices):
        raise ValueError(
            f"a mesh of data {data} × model {model} has {data * model} devices; expected {len(devices)}, all of them."
        )
    return jax.make_mesh((data, model), (DATA, MODEL), axis_types=(AxisType.Auto,) * 2, devices=devices)


def parameter_sharding(mesh: Mesh, name: str, shape: Sequence[int]) -> NamedSharding:
    """Where a parameter lies: cut over ``model`` by ``CUT``, or whole where its size is no multiple of the devices.

    Args:
        mesh: of ``model_mesh``.
        name: such as ``layers/attention/query/kernel``.
        shape: of the whole parameter, ``[layers, ...]`` for those of layers.
    """
    axes: list[str | None] = [None] * len(shape)
    for ending, axis in CUT.items():
        if name.endswith(ending) and shape[axis] % mesh.shape[MODEL] == 0:
            axes[axis] = MODEL
    return NamedSharding(mesh, PartitionSpec(*axes))


def shard_parameters(mesh: Mesh) -> Callable[[str, np.ndarray], jax.Array]:
    """For ``st.lm.load(path, place=shard_parameters(mesh))``: every device is sent its own part, and no more.

    Args:
        mesh: of ``model_mesh``.
    """
    return lambda name, array: jax.device_put(array, parameter_sharding(mesh, name, array.shape))


def shard_model(lm: LanguageModel, mesh: Mesh) -> LanguageModel:
    """A model that is loaded already, its parameters laid out over the mesh.

    Args:
        lm: the model.
        mesh: of ``model_mesh``.
    """
    place = shard_parameters(mesh)
    return lm.with_params(jax.tree_util.tree_map_with_path(lambda path, leaf: place(leaf_name(path), leaf), lm.params))


def shard_rows(mesh: Mesh, batch: Any) -> Any:
    """Arrays ``[B, ...]``, their rows cut over ``data``.

    Args:
        mesh: of ``model_mesh``.
        batch: a tree of arrays.

    Raises:
        ValueError: a number of rows that is no multiple of the mesh's ``data``.
    """
    for leaf in jax.tree.leaves(batch):
        if leaf.shape[0] % mesh.shape[DATA]:
            raise ValueError(f"got {leaf.shape[0]} rows for {mesh.shape[DATA]} parts; expected a multiple.")
    return jax.device_put(batch, NamedSharding(mesh, PartitionSpec(DATA)))
