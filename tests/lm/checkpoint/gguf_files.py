"""GGUF files of tiny models, written as llama.cpp's conversion writes them: by its own library's names and writer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gguf
import jax
import numpy as np

import subtheory as st
from subtheory.lm.checkpoint.folder import tensors_of
from subtheory.lm.decoder.config import DecoderConfig

from ..models import GEMMA, tiny

ARCHITECTURES = {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "gemma2": "gemma2", "gemma3_text": "gemma3"}
SHAPE = dict(vocabulary=64, width=64, layers=3, heads=4, key_value_heads=2, head_width=16, mlp_width=96, context=64)
GEMMA_16 = {**GEMMA, "embedding_scale": 8.0}
CHOICES = {
    "llama": dict(rope=st.lm.Rope(16, 5e5, "llama3", 8.0)),
    "qwen2": dict(query_key_value_bias=True, tied=True, rope=st.lm.Rope(16, 1e6)),
    "qwen3": dict(query_key_norm=True, window=None, sliding=(), rope=st.lm.Rope(16, 1e6)),
    "gemma2": dict(**GEMMA_16, sliding=(True, False, True), attention_softcap=5.0, logit_softcap=3.0),
    "gemma3_text": dict(
        **GEMMA_16, sliding=(True, True, False), query_key_norm=True,
        sliding_rope=st.lm.Rope(16, 100.0), rope=st.lm.Rope(16, 10000.0, "linear", 2.0),
    ),
}  # fmt: skip


def model(family: str, seed: int = 0) -> st.lm.LanguageModel:
    """A random model whose normalisations' scales survive the addition of one, with what files do not say left out."""
    lm = tiny(family, "float32", seed, **{**SHAPE, "rope": st.lm.Rope(16), **CHOICES[family], "bos": 1, "eos": (2,)})
    plain = st.lm.Decoder(replace(lm.config, initial_scale=0.02))
    params = jax.tree_util.tree_map_with_path(
        lambda path, x: np.round(np.asarray(x) * 1024) / 1024 if "scale" in str(path[-1]) else np.asarray(x), lm.params
    )
    return replace(lm, apply=plain, params=params)


def stored_kind(name: str, tensor: np.ndarray, kind: gguf.GGMLQuantizationType) -> gguf.GGMLQuantizationType:
    """Vectors stay float32, as llama.cpp keeps them."""
    return kind if tensor.ndim == 2 else gguf.GGMLQuantizationType.F32


def quantised_and_back(lm: st.lm.LanguageModel, kind: gguf.GGMLQuantizationType) -> dict[str, np.ndarray]:
    """The tensors of the Hugging Face layout after a trip through a quantisation."""
    back = {}
    for name, tensor in tensors_of(lm.config, lm.params).items():
        own = stored_kind(name, tensor, kind)
        back[name] = gguf.quants.dequantize(gguf.quants.quantize(tensor, own), own).astype(np.float32)
    return back


def write_gguf(
    path: Path, lm: st.lm.LanguageModel, kind: str = "F32", *, change=lambda tensors: None, tokenizer=None, **metadata
) -> Path:
    """The model as a GGUF file.

    Args:
        path: of the file.
        lm: a model of one of the families.
        kind: how its matrices are stored.
        change: is given name → array of all tensors, under their names in GGUF, to spoil them.
        tokenizer: further metadata.
        metadata: replaces the model's own; None leaves a key out; __ stands for a point.
    """
    config = lm.config
    name = ARCHITECTURES[config.family]
    said = {"general.architecture": name} | {f"{name}.{key}": value for key, value in _described(config).items()}
    said |= {"tokenizer.ggml.bos_token_id": config.bos, "tokenizer.ggml.eos_token_id": config.eos[0]}
    said |= (tokenizer or {}) | {key.replace("__", "."): value for key, value in metadata.items()}
    writer = gguf.GGUFWriter(path, said.pop("general.architecture") or "none")
    for key, value in said.items():
        if value is not None:
            _add(writer, key, value)
    tensors = {}
    arch = next(a for a, written in gguf.MODEL_ARCH_NAMES.items() if written == name)
    known = gguf.get_tensor_name_map(arch, config.layers)
    for full, tensor in tensors_of(config, lm.params).items():
        tensors[known.get_name(full, (".weight", ".bias"))] = _converted(config, full, tensor)
    if config.rope.kind == "llama3":
        tensors["rope_freqs.weight"] = rotation_factors(config.rope)
    change(tensors)
    for own, tensor in tensors.items():
        quantisation = stored_kind(own, tensor, gguf.GGMLQuantizationType[kind])
        writer.add_tensor(own, gguf.quants.quantize(tensor, quantisation), raw_dtype=quantisation)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def rotation_factors(rope: st.lm.Rope) -> np.ndarray:
    """Llama 3.1's, pair by pair, in the words of its publication: by wavelengths."""
    factors = []
    for k in range(rope.width // 2):
        wavelength = 2 * np.pi * rope.base ** (2 * k / rope.width)
        if wavelength < 8192 / 4:
            factors.append(1.0)
        elif wavelength > 8192:
            factors.append(rope.factor)
        else:
            smooth = (8192 / wavelength - 1) / 3
            factors.append(1 / ((1 - smooth) / rope.factor + smooth))
    return np.array(factors, np.float32)


def _described(config: DecoderConfig) -> dict[str, object]:
    said = {
        "block_count": config.layers,
        "context_length": config.context,
        "embedding_length": config.width,
        "feed_forward_length": config.mlp_width,
        "attention.head_count": config.heads,
        "attention.head_count_kv": config.key_value_heads,
        "attention.key_length": config.head_width,
        "attention.value_length": config.head_width,
        "attention.layer_norm_rms_epsilon": config.norm_epsilon,
        "rope.freq_base": config.rope.base,
    }
    if config.family == "gemma2":
        said |= {"attn_logit_softcapping": 5.0, "final_logit_softcapping": 3.0}
    if config.family == "gemma3_text":
        said |= {"rope.freq_base_swa": 100.0, "rope.scaling.type": "linear", "rope.scaling.factor": 2.0}
        said |= {"attention.sliding_window_pattern": 3}
    return said | ({"attention.sliding_window": config.window} if config.window else {})


def _converted(config: DecoderConfig, name: str, tensor: np.ndarray) -> np.ndarray:
    """What the conversion scripts of llama.cpp do to a tensor."""
    heads = {"q_proj": config.heads, "k_proj": config.key_value_heads}
    for which, count in heads.items():
        if config.family == "llama" and f".{which}." in name:
            halves = tensor.reshape(count, 2, tensor.shape[0] // count // 2, *tensor.shape[1:])
            return np.ascontiguousarray(halves.swapaxes(1, 2).reshape(tensor.shape))
    if config.family.startswith("gemma") and name.endswith("norm.weight"):
        return tensor + np.float32(1)
    return np.ascontiguousarray(tensor)


def _add(writer: gguf.GGUFWriter, key: str, value: object) -> None:
    add = {bool: writer.add_bool, int: writer.add_uint32, float: writer.add_float32, str: writer.add_string}
    add.get(type(value), writer.add_array)(key, value)
