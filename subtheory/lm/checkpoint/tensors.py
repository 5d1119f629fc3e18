"""Parameters from a checkpoint's tensors, and tensors of parameters, by the tables of names and layouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import leaf_name
from ..._typing import Params
from ..decoder.config import DecoderConfig
from ..decoder.parameters import layer_shapes, parameter_shapes
from .tensor_names import HEADS_OUTSIDE, NAMES, Tensor, at, saved_name


class Weights(Protocol):
    """Open files of any kind, from which tensors are read one by one, under the names of the Hugging Face layout.

    Attributes:
        files: names of all tensors that are there; what they lead to is the reader's own affair.
        folder: or file, for messages.
        described: what speaks of the tensors, for messages.
    """

    @property
    def files(self) -> Mapping[str, Any]:
        """Tensor's name → whatever holds it."""
        ...

    @property
    def folder(self) -> Path:
        """For messages."""
        ...

    @property
    def described(self) -> str:
        """For messages."""
        ...

    def told(self, name: str) -> str:
        """A tensor's name, as it is told to the user."""
        ...

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape, without reading it."""
        ...

    def read(self, name: str) -> np.ndarray:
        """A tensor."""
        ...


def read_parameters(
    config: DecoderConfig, weights: Weights, dtype: jnp.dtype, place: Callable[[str, np.ndarray], jax.Array]
) -> Params:
    """The parameters of a decoder, each stacked over the layers, cast to ``dtype`` and put in its place.

    Raises:
        ValueError: missing, extra or mis-shaped tensors (named).
    """
    names, one_layer, whole = NAMES[config.family], layer_shapes(config), parameter_shapes(config)
    expected = expected_tensors(config)
    found = {_plain(config.family, name): name for name in weights.files}
    _check_names(config, expected, found, weights)
    stacked: dict[str, Any] = {}

    def read(tensor: Tensor, layer: int | None) -> list[np.ndarray]:
        plain = tensor.name if layer is None else tensor.name.format(layer)
        return tensor.layout.split(weights.read(found[plain]), config)

    for tensor in names.layers:
        if at(one_layer, tensor.ours[0]) is None:
            continue
        arrays = [np.empty((config.layers, *at(one_layer, ours)), dtype) for ours in tensor.ours]
        for layer in range(config.layers):
            for array, part in zip(arrays, read(tensor, layer), strict=True):
                array[layer] = part
        for ours, array in zip(tensor.ours, arrays, strict=True):
            stacked[f"layers/{ours}"] = place(f"layers/{ours}", array)
    for tensor in names.whole:
        if at(whole, tensor.ours[0]) is not None:
            (array,) = read(tensor, None)
            stacked[tensor.ours[0]] = place(tensor.ours[0], np.ascontiguousarray(array.astype(dtype)))
    return jax.tree_util.tree_map_with_path(
        lambda path, shape: stacked[leaf_name(path)], whole, is_leaf=lambda node: isinstance(node, tuple)
    )


def expected_tensors(config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    """Name without prefix → shape of every tensor that a checkpoint of this decoder holds."""
    names, one_layer, whole = NAMES[config.family], layer_shapes(config), parameter_shapes(config)
    expected = {}
    for tensor in names.layers:
        if at(one_layer, tensor.ours[0]) is not None:
            shape = tensor.layout.shape([at(one_layer, ours) for ours in tensor.ours])
            expected |= {tensor.name.format(layer): shape for layer in range(config.layers)}
    for tensor in names.whole:
        if at(whole, tensor.ours[0]) is not None:
            expected[tensor.name] = tensor.layout.shape([at(whole, ours) for ours in tensor.ours])
    return expected


def _check_names(
    config: DecoderConfig, expected: Mapping[str, tuple[int, ...]], found: Mapping[str, str], weights: Weights
) -> None:
    where, said = f"{str(weights.folder)!r}", weights.described
    missing = [weights.told(name) for name in expected if name not in found]
    if missing:
        raise ValueError(f"{where} lacks {_some(missing)}; expected every tensor that {said} speaks of.")
    buffers = NAMES[config.family].buffers
    extra = [full for name, full in found.items() if name not in expected and not name.endswith(buffers)]
    if config.tied:
        extra = [full for full in extra if not _repeats_embedding(config, full, found, weights)]
    if extra:
        told = [weights.told(name) for name in extra]
        raise ValueError(f"{where} holds {_some(told)}, of which {said} does not speak; expected no such tensor.")
    for name, shape in expected.items():
        got = weights.shape(found[name])
        if got != shape:
            told = weights.told(found[name])
            raise ValueError(f"{where} holds {told} of shape {list(got)}; expected {list(shape)}.")


def _repeats_embedding(config: DecoderConfig, name: str, found: Mapping[str, str], weights: Weights) -> bool:
    """Whether an extra tensor is the tied head, written out: the same numbers as the embedding."""
    if name not in HEADS_OUTSIDE:
        return False
    embedding = found[next(t.name for t in NAMES[config.family].whole if t.ours == ("embedding/tokens",))]
    return np.array_equal(weights.read(name), weights.read(embedding))


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


def _plain(family: str, name: str) -> str:
    return name.removeprefix(NAMES[family].prefix)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
