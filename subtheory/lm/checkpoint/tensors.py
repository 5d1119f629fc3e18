"""Parameters from a checkpoint's tensors, and tensors of parameters, by the tables of names and layouts."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import leaf_name
from ..._typing import Params
from ..decoder.config import DecoderConfig
from ..decoder.parameters import layer_shapes, parameter_shapes
from .adapters.merging import added
from .adapters.reading import Adapter
from .matching import VOCABULARY, Match
from .tensor_names import NAMES, Tensor, at, saved_name
from .weights import Weights as Weights

THREADS = 4
"""That copy layers into their stack at once."""


def read_parameters(
    matched: Match,
    weights: Weights,
    dtype: jnp.dtype,
    place: Callable[[str, np.ndarray], jax.Array],
    adapter: Adapter | None = None,
) -> Params:
    """The parameters of a decoder, each stacked over the layers, cast to ``dtype`` and put in its place.

    Args:
        matched: config and tensors, held against each other.
        weights: open.
        dtype: of the parameters.
        place: as for ``load``.
        adapter: factors of what is added to kernels, if anything is.
    """
    config, found = matched.config, matched.found
    names, one_layer, whole = NAMES[config.family], layer_shapes(config), parameter_shapes(config)
    stacked: dict[str, Any] = {}
    pairs = adapter or {}

    def read(tensor: Tensor, layer: int | None) -> list[np.ndarray]:
        plain = tensor.name if layer is None else tensor.name.format(layer)
        array = weights.read(found[plain])
        return tensor.layout.split(array[: config.vocabulary] if tensor.ours[0] in VOCABULARY else array, config)

    for tensor in names.layers:
        if at(one_layer, tensor.ours[0]) is None:
            continue
        arrays = [np.empty((config.layers, *at(one_layer, ours)), dtype) for ours in tensor.ours]

        def fill(layer: int, tensor: Tensor = tensor, arrays: list[np.ndarray] = arrays) -> None:
            for ours, array, part in zip(tensor.ours, arrays, read(tensor, layer), strict=True):
                array[layer] = added(part, pairs.get((f"layers/{ours}", layer)), dtype)

        with ThreadPoolExecutor(THREADS) as pool:  # NumPy copies without Python's lock
            list(pool.map(fill, range(config.layers)))
        for ours, array in zip(tensor.ours, arrays, strict=True):
            stacked[f"layers/{ours}"] = place(f"layers/{ours}", array)
    for tensor in names.whole:
        if at(whole, tensor.ours[0]) is not None:
            (part,) = read(tensor, None)
            array = added(part, pairs.get((tensor.ours[0], None)), dtype)
            stacked[tensor.ours[0]] = place(tensor.ours[0], np.ascontiguousarray(array.astype(dtype, copy=False)))
    return jax.tree_util.tree_map_with_path(
        lambda path, shape: stacked[leaf_name(path)], whole, is_leaf=lambda node: isinstance(node, tuple)
    )


def tensors_of(config: DecoderConfig, params: Params) -> dict[str, np.ndarray]:
    """Parameters, or a direction in their space, under the names and in the layouts of the family's checkpoints."""
    names = NAMES[config.family]
    tensors = {}
    for tensor in names.layers:
        if at(params["layers"], tensor.ours[0]) is not None:
            arrays = [np.asarray(at(params["layers"], ours)) for ours in tensor.ours]
            for layer in range(config.layers):
                joined = tensor.layout.join([array[layer] for array in arrays], config)
                tensors[saved_name(config.family, tensor, layer)] = np.ascontiguousarray(joined)
    for tensor in names.whole:
        if at(params, tensor.ours[0]) is not None:
            joined = tensor.layout.join([np.asarray(at(params, tensor.ours[0]))], config)
            tensors[saved_name(config.family, tensor)] = np.ascontiguousarray(joined)
    return tensors
