"""Adapters in PEFT's layout: low-rank changes of a model's linear maps, read as factors and never multiplied out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ..._json_file import read_json, shown
from ...decoder.config import DecoderConfig
from ...decoder.parameters import layer_shapes, parameter_shapes
from ..safetensors_files import INDEX, SINGLE, Weights, open_file
from ..tensor_names import COLUMNS, NAMES, PLAIN, Tensor, at

_ALPHA = ("lora_alpha", "alpha_pattern")
CONFIG, TENSORS = "adapter_config.json", "adapter_model.safetensors"
_NAME = re.compile(r"(?:base_model\.model\.)?(?P<module>.+)\.lora_(?P<letter>[AB])(?:\.default)?\.weight")

Adapter = dict[tuple[str, int | None], tuple[np.ndarray, np.ndarray]]
"""(path of a kernel, its layer or None) → (A ``[in, r]``, B ``[r, out]``), whose product is what the adapter adds."""


@dataclass(frozen=True)
class _Map:
    """A linear map as the checkpoint names it.

    Attributes:
        tensor: of the table of names.
        layer: None outside the layers.
        size: (in, out), of several of our maps side by side.
    """

    tensor: Tensor
    layer: int | None
    size: tuple[int, int]


def is_adapter(path: Path | str) -> bool:
    """Whether a folder holds an adapter and not the weights of a whole model."""
    folder = Path(path)
    return (folder / CONFIG).is_file() and not any((folder / name).is_file() for name in (SINGLE, INDEX))


def read_adapter(path: Path | str, config: DecoderConfig) -> Adapter:
    """What a LoRA adapter adds to the kernels of a model, as factors in float32 or better.

        W_teacher = W + s · A B,   s = alpha / r, or alpha / √r where use_rslora is set

    Args:
        path: a folder with adapter_config.json and adapter_model.safetensors.
        config: of the model that the adapter belongs to.

    Raises:
        ValueError: another kind of adapter (DoRA, biases, whole modules), an adapter of maps or shapes that the model
            has not, a map of which one factor is missing, pickled or damaged files.

    Reference: Hu et al. 2022 (arXiv 2106.09685); Kalajdzievski 2023 (arXiv 2312.03732) for √r.
    """
    folder = Path(path)
    raw = read_json(folder / CONFIG)
    _check_kind(folder, raw)
    if not (folder / TENSORS).is_file():
        raise ValueError(f"{str(folder)!r} has no {TENSORS}; expected one beside {CONFIG} (pickled files are refused).")
    maps = _maps(config)
    pairs: dict[str, dict[str, np.ndarray]] = {}
    with ExitStack() as stack:
        handle = open_file(folder / TENSORS, stack)
        weights = Weights(dict.fromkeys(handle.keys(), handle), folder, CONFIG)
        for name in weights.files:
            found = _NAME.fullmatch(name)
            if not found:
                raise ValueError(
                    f"{str(folder)!r} holds {shown(name)}, which is no LoRA factor of a linear map; expected lora_A "
                    "and lora_B only: merge such an adapter into its model, and give the merged folder."
                )
            array = weights.read(name)
            wide = array.astype(np.float64 if array.dtype == np.float64 else np.float32)
            pairs.setdefault(found["module"], {})[found["letter"]] = wide
    if not pairs:
        raise ValueError(f"{str(folder)!r} holds no tensors; expected lora_A and lora_B of at least one linear map.")
    adapter: Adapter = {}
    for module, pair in pairs.items():
        adapter |= _factors(folder, raw, config, module, pair, _found(folder, config, maps, module))
    return adapter


def _check_kind(folder: Path, raw: Mapping[str, Any]) -> None:
    kind = raw.get("peft_type", "LORA")
    if kind != "LORA":
        raise ValueError(f"{str(folder)!r} is an adapter of kind {shown(kind)}; expected LORA.")
    for name, plain in (("use_dora", False), ("bias", "none"), ("modules_to_save", None), ("lora_bias", False)):
        value = raw.get(name)
        if value and value != plain:
            raise ValueError(
                f"{str(folder)!r} has {name} {shown(value)}; expected {shown(plain)}: merge such an adapter into its "
                "model, and give the merged folder."
            )


def _maps(config: DecoderConfig) -> dict[str, _Map]:
    """Every linear map under the name of its module, without the family's prefix."""
    names, one, whole, found = NAMES[config.family], layer_shapes(config), parameter_shapes(config), {}

    def add(tensor: Tensor, tree: Any, layer: int | None) -> None:
        shapes = [at(tree, ours) for ours in tensor.ours]
        if tensor.ours[0].endswith("/kernel") and shapes[0] is not None:
            module = (tensor.name if layer is None else tensor.name.format(layer)).removesuffix(".weight")
            found[module] = _Map(tensor, layer, (shapes[0][0], sum(shape[1] for shape in shapes)))

    for tensor in names.layers:
        for layer in range(config.layers):
            add(tensor, one, layer)
    for tensor in names.whole:
        add(tensor, whole, None)
    return found


def _found(folder: Path, config: DecoderConfig, maps: Mapping[str, _Map], module: str) -> _Map:
    here = maps.get(module) or maps.get(module.removeprefix(NAMES[config.family].prefix))
    if here is None:
        raise ValueError(
            f"{str(folder)!r} adapts {shown(module)}, which is no linear map of this model ({config.family}, "
            f"{config.layers} layers); expected an adapter for this model."
        )
    return here


def _factors(
    folder: Path, raw: Mapping[str, Any], config: DecoderConfig, module: str, pair: dict[str, np.ndarray], here: _Map
) -> Adapter:
    n, m = here.size
    A, B = pair.get("A"), pair.get("B")
    if A is None or B is None:
        raise ValueError(f"{str(folder)!r} holds one factor of {module} only; expected lora_A and lora_B.")
    if A.ndim != 2 or B.ndim != 2 or A.shape[1] != n or B.shape[0] != m or A.shape[0] != B.shape[1]:
        raise ValueError(
            f"{str(folder)!r} adapts {module} by factors of shapes {list(A.shape)} and {list(B.shape)}; expected "
            f"[r, {n}] and [{m}, r], as this model has it: is it an adapter for another model?"
        )
    if not (np.isfinite(A).all() and np.isfinite(B).all()):
        raise ValueError(f"{str(folder)!r} holds NaN or infinity in the factors of {module}; expected finite numbers.")
    scaled = _scale(folder, raw, module, A.shape[0]) * B
    layout = here.tensor.layout
    parts = layout.split(scaled.T if layout in (PLAIN, COLUMNS) else scaled, config)
    prefix = "" if here.layer is None else "layers/"
    return {(prefix + ours, here.layer): (A.T, part) for ours, part in zip(here.tensor.ours, parts, strict=True)}


def _scale(folder: Path, raw: Mapping[str, Any], module: str, rank: int) -> float:
    """alpha / r of one module, held against the rank that its factors have."""
    said, alpha = (_of_module(folder, raw, names, module) for names in (("r", "rank_pattern"), _ALPHA))
    if said not in (None, rank):
        raise ValueError(
            f"{str(folder)!r} adapts {module} by factors of rank {rank} but says {shown(said)} in {CONFIG}; expected "
            "the same."
        )
    alpha = 8 if alpha is None else alpha  # what PEFT takes where nothing is said
    if isinstance(alpha, bool) or not isinstance(alpha, int | float) or not math.isfinite(alpha):
        raise ValueError(f"{str(folder)!r} has lora_alpha {shown(alpha)}; expected a finite number.")
    return alpha / (math.sqrt(rank) if raw.get("use_rslora") else rank)


def _of_module(folder: Path, raw: Mapping[str, Any], names: tuple[str, str], module: str) -> Any:
    """A value of the config, or what a pattern says that the module's name ends with."""
    patterns = raw.get(names[1]) or {}
    for pattern, value in patterns.items() if isinstance(patterns, dict) else ():
        if not re.fullmatch(r"[\w.]+", pattern):
            which = f"an {names[1]}" if names[1].startswith("a") else f"a {names[1]}"
            raise ValueError(f"{str(folder)!r} has {which} {shown(pattern)}; expected plain names of modules.")
        if module == pattern or module.endswith("." + pattern):
            return value
    return raw.get(names[0])
