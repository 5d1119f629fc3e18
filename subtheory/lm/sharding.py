"""Parameters and data over several devices: matrices cut along one axis each, sequences shared out by rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from .._checks import leaf_name
from .._typing import Params

DATA, MODEL = "data", "model"

CUT_AXES = (
    (r"attention/(query|key|value)/", -1),
    (r"attention/output/kernel", -2),
    (r"mlp/(gate|up)/", -1),
    (r"mlp/down/kernel", -2),
    (r"embedding/tokens", -2),
    (r"head/kernel", -1),
)
"""Which axis of which parameter is cut: maps into heads or units by their outputs, maps out of them by their inputs, so
that a layer needs two sums over devices, after attention's output and after the perceptron's. Normalisations and the
biases of what is summed are whole on every device."""


def device_mesh(model: int, data: int = 1, devices: Sequence[Any] | None = None) -> Mesh:
    """Devices in a grid ``[data, model]``: parameters are cut along the second axis, sequences along the first.

    Args:
        model: over how many devices every parameter is cut.
        data: how many copies of the parameters there are, each with its share of the sequences.
        devices: which; JAX's own list if absent.

    Raises:
        ValueError: fewer devices than data · model.

    >>> dict(device_mesh(model=1).shape)
    {'data': 1, 'model': 1}
    """
    devices = list(jax.devices() if devices is None else devices)
    if model < 1 or data < 1 or data * model > len(devices):
        raise ValueError(
            f"asked for {data} × {model} devices of {len(devices)}; expected at least one of each, and no more than "
            "there are."
        )
    kinds = (AxisType.Auto, AxisType.Auto)
    return jax.make_mesh((data, model), (DATA, MODEL), axis_types=kinds, devices=devices[: data * model])


def parameter_sharding(mesh: Mesh, name: str, shape: tuple[int, ...]) -> NamedSharding:
    """Where a parameter of this name and shape lies: cut along its axis of ``CUT_AXES``, or whole on every device.

    An axis that the devices do not divide is not cut.
    """
    parts = mesh.shape[MODEL]
    for pattern, axis in CUT_AXES:
        if re.search(pattern, name) and shape[axis] % parts == 0:
            spec: list[str | None] = [None] * len(shape)
            spec[axis] = MODEL
            return NamedSharding(mesh, PartitionSpec(*spec))
    return NamedSharding(mesh, PartitionSpec())


def shard_parameters(mesh: Mesh) -> Callable[[str, Any], jax.Array]:
    """What ``st.lm.load(path, place=...)`` takes: every parameter goes from its file to its devices by itself.

    No device ever holds the whole model; the host holds one parameter of all layers at a time.

    >>> place = shard_parameters(device_mesh(model=1))
    >>> tuple(place("layers/mlp/up/kernel", np.ones((2, 4, 8))).sharding.spec)
    (None, None, 'model')
    """
    return lambda name, array: jax.device_put(array, parameter_sharding(mesh, name, np.shape(array)))


def sharded_like(mesh: Mesh, params: Params) -> Params:
    """A tree of parameters, or a direction in their space, moved to where ``shard_parameters`` puts them."""
    place = shard_parameters(mesh)
    return jax.tree_util.tree_map_with_path(lambda path, leaf: place(leaf_name(path), leaf), params)


def shard_rows(mesh: Mesh, batch: Any) -> Any:
    """Arrays ``[B, ...]``, such as tokens, cut by rows along the mesh's data axis; the devices must divide B.

    Raises:
        ValueError: a number of rows that the devices do not divide.
    """
    parts = mesh.shape[DATA]
    for leaf in jax.tree.leaves(batch):
        if np.shape(leaf)[0] % parts:
            raise ValueError(
                f"{np.shape(leaf)[0]} rows cannot be shared out evenly among {parts} devices; add or drop some."
            )
    return jax.device_put(batch, NamedSharding(mesh, PartitionSpec(DATA)))
