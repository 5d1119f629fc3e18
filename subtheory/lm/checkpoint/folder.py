"""Checkpoints in the Hugging Face layout: a folder's config.json, safetensors and tokenizer, read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..._checks import leaf_name
from ..._typing import Params
from .._json_file import read_json, shown
from ..coordinates.coordinates import merged
from ..decoder.config import DecoderConfig, check_dtype
from ..decoder.decoder import Decoder
from ..decoder.parameters import layer_shapes, parameter_shapes
from ..model import LanguageModel
from ..text.tokenizer_files import load_tokenizer
from .describe import write_config
from .families import read_config
from .matching import VOCABULARY, Match, match
from .memory import check_memory
from .multimodal import text_part
from .safetensors_files import SINGLE, Weights, open_weights
from .tensor_names import NAMES, Tensor, at, saved_name


def load(
    path: Path | str,
    dtype: Any = "float32",
    *,
    tokenizer: bool = True,
    scan: bool | None = None,
    rematerialise: bool = False,
    place: Callable[[str, np.ndarray], jax.Array] | None = None,
) -> LanguageModel:
    """Read a checkpoint from a local folder in the Hugging Face layout.

    Args:
        path: the folder, with config.json, model.safetensors (or several files and their index) and tokenizer.json.
        dtype: of the parameters: ``float32``, ``bfloat16`` (sums in float32) or ``float64``.
        tokenizer: whether to read the tokenizer; without, prompts are token ids.
        scan: see ``Decoder``; by depth if absent.
        rematerialise: see ``Decoder``.
        place: ``place(name, array) -> array on devices``, called parameter by parameter, such as
            ``st.lm.shard_parameters(mesh)``; onto the default device if absent.

    Raises:
        ValueError: a folder without config, weights or tokenizer; an unsupported family, kind of RoPE or option;
            missing, extra or mis-shaped tensors (named); a damaged file; pickled weights; a config that asks for
            remote code.
    """
    folder = Path(path)
    dtype = check_dtype(dtype)
    raw = _read_config_file(folder)
    config = read_config(raw)
    words = load_tokenizer(folder) if tokenizer else None
    source = text_part(raw)
    with open_weights(folder) as weights:
        matched = match(config, weights, pictures=source is not raw)
        if place is None:
            check_memory(matched.config, dtype)
        params = _read_parameters(matched, weights, dtype, place or (lambda name, array: jnp.asarray(array)))
    if matched.config.tied != config.tied:
        source = {**source, "tie_word_embeddings": False}
    return LanguageModel(Decoder(matched.config, scan, rematerialise), params, words, source, matched.notes)


def save(lm: LanguageModel, path: Path | str) -> Path:
    """Write a checkpoint that ``transformers`` loads: config.json, model.safetensors and the tokenizer's files.

    Args:
        lm: the model; one in coordinates (``st.lm.lora``, ``st.lm.subset``) is merged first.
        path: the folder, made if absent; files of these names in it are replaced.

    Returns:
        the folder.
    """
    from safetensors.numpy import save_file

    lm = merged(lm)
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    tensors = tensors_of(lm.config, lm.params)
    dtype = jax.tree.leaves(lm.params)[0].dtype.name
    raw = {**(lm.source or write_config(lm.config)), "dtype": dtype}
    raw.pop("torch_dtype", None)
    save_file(tensors, folder / SINGLE, metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    for name, content in (lm.tokenizer.files if lm.tokenizer else {}).items():
        (folder / name).write_bytes(content)
    return folder


def _read_config_file(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not folder.exists() and re.fullmatch(r"[\w.-]+/[\w.-]+", str(folder)):
        name = str(folder)
        raise ValueError(
            f"{name!r} is no folder here, and looks like a name on the Hugging Face Hub; fetch it first, with "
            f"'huggingface-cli download {name} --local-dir {folder.name}', and give the folder {folder.name!r}."
        )
    if (folder / "adapter_config.json").is_file() and not (folder / SINGLE).is_file():
        base = read_json(folder / "adapter_config.json").get("base_model_name_or_path")
        raise ValueError(
            f"{str(folder)!r} is an adapter of PEFT for the model {shown(base)}; expected a whole model: merge them "
            "where peft is installed (merge_and_unload, then save_pretrained), and give the merged folder."
        )
    if not path.is_file():
        raise ValueError(
            f"{str(folder)!r} has no config.json; expected a checkpoint's folder in the Hugging Face layout."
        )
    return read_json(path)


def _read_parameters(
    matched: Match, weights: Weights, dtype: jnp.dtype, place: Callable[[str, np.ndarray], jax.Array]
) -> Params:
    config, found = matched.config, matched.found
    names, one_layer, whole = NAMES[config.family], layer_shapes(config), parameter_shapes(config)
    stacked: dict[str, Any] = {}

    def read(tensor: Tensor, layer: int | None) -> list[np.ndarray]:
        plain = tensor.name if layer is None else tensor.name.format(layer)
        array = weights.read(found[plain])
        return tensor.layout.split(array[: config.vocabulary] if tensor.ours[0] in VOCABULARY else array, config)

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
