"""The tensors of a GGUF file under the names of the Hugging Face layout, and what its makers did to them, undone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from .tensor_names import NAMES

ARCHITECTURES: Mapping[str, str] = MappingProxyType(
    {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "gemma2": "gemma2", "gemma3": "gemma3_text"}
)
"""Architecture in a GGUF file → our family."""

ROTATION_FACTORS = "rope_freqs.weight"
"""By how much each pair of components turns more slowly (Llama 3.1): part of the configuration, not a parameter."""

_STEMS = {
    "attention_norm": "attn_norm",
    "attention/query": "attn_q",
    "attention/key": "attn_k",
    "attention/value": "attn_v",
    "attention/output": "attn_output",
    "attention/query_norm": "attn_q_norm",
    "attention/key_norm": "attn_k_norm",
    "attention_post_norm": "post_attention_norm",
    "mlp_norm": "ffn_norm",
    "mlp/gate": "ffn_gate",
    "mlp/up": "ffn_up",
    "mlp/down": "ffn_down",
    "mlp_post_norm": "post_ffw_norm",
    "embedding": "token_embd",
    "final_norm": "output_norm",
    "head": "output",
}


def gguf_names(family: str, layers: int) -> dict[str, str]:
    """Every tensor that a checkpoint of the family may hold: its name in the Hugging Face layout → in GGUF.

    >>> gguf_names("llama", 1)["layers.0.self_attn.q_proj.weight"]
    'blk.0.attn_q.weight'
    """
    names = {tensor.name: _name(tensor.ours[0]) for tensor in NAMES[family].whole}
    for tensor in NAMES[family].layers:
        written = _name(tensor.ours[0])
        names |= {tensor.name.format(layer): f"blk.{layer}.{written}" for layer in range(layers)}
    return names


def restored(architecture: str, name: str, tensor: np.ndarray, heads: int, key_value_heads: int) -> np.ndarray:
    """A tensor as the Hugging Face layout has it.

    llama.cpp turns neighbouring components of a Llama's heads, and interleaves rows of query and key accordingly; and
    it scales by w where Gemma's own files scale by 1 + w.

    Args:
        architecture: as the file names it.
        name: in GGUF.
        tensor: as the file holds it.
        heads: of queries.
        key_value_heads: of keys and values.
    """
    if architecture == "llama" and ".attn_q." in name:
        return _pairs_apart(tensor, heads)
    if architecture == "llama" and ".attn_k." in name:
        return _pairs_apart(tensor, key_value_heads)
    if architecture.startswith("gemma") and name.endswith("norm.weight"):
        return tensor - 1
    return tensor


def _pairs_apart(tensor: np.ndarray, heads: int) -> np.ndarray:
    """Rows 0, 1, 2, 3 of a head become 0, 2, 1, 3: first components of all pairs, then second ones."""
    parts = tensor.reshape(heads, -1, 2, *tensor.shape[1:])
    return np.ascontiguousarray(parts.swapaxes(1, 2)).reshape(tensor.shape)


def _name(ours: str) -> str:
    stem, end = ours.rsplit("/", 1)
    return f"{_STEMS[stem]}.{'bias' if end == 'bias' else 'weight'}"
