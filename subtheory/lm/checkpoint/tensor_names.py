"""Where each family's checkpoint keeps each parameter: names and layouts of tensors, as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from ..decoder.config import DecoderConfig


@dataclass(frozen=True)
class Layout:
    """How one tensor of a checkpoint holds one or several of our parameters.

    Attributes:
        split: the tensor → our arrays.
        join: our arrays → the tensor.
        shape: our shapes → the tensor's.
    """

    split: Callable[[np.ndarray, DecoderConfig], list[np.ndarray]]
    join: Callable[[Sequence[np.ndarray], DecoderConfig], np.ndarray]
    shape: Callable[[Sequence[tuple[int, ...]]], tuple[int, ...]]


def _split_heads(tensor: np.ndarray, config: DecoderConfig) -> list[np.ndarray]:
    parts = tensor.reshape(config.heads, 3, config.head_width, *tensor.shape[1:])
    return [parts[:, k].reshape(-1, *tensor.shape[1:]).T for k in range(3)]


def _join_heads(arrays: Sequence[np.ndarray], config: DecoderConfig) -> np.ndarray:
    parts = [a.T.reshape(config.heads, config.head_width, *a.T.shape[1:]) for a in arrays]
    joined = np.stack(parts, axis=1)
    return joined.reshape(-1, *joined.shape[3:])


PLAIN = Layout(lambda tensor, _: [tensor], lambda arrays, _: arrays[0], lambda shapes: shapes[0])
"""As we hold it: vectors, embeddings, and GPT-2's kernels, which are ``[in, out]``."""

TRANSPOSED = Layout(lambda tensor, _: [tensor.T], lambda arrays, _: arrays[0].T, lambda shapes: shapes[0][::-1])
"""``[out, in]``, as PyTorch's linear maps are."""

COLUMNS = Layout(
    lambda tensor, _: np.split(tensor, 3, axis=-1),
    lambda arrays, _: np.concatenate(arrays, axis=-1),
    lambda shapes: (*shapes[0][:-1], 3 * shapes[0][-1]),
)
"""Query, key and value side by side, ``[in, 3·out]`` (GPT-2)."""

HEADS = Layout(_split_heads, _join_heads, lambda shapes: (3 * shapes[0][-1], *shapes[0][:-1]))
"""Query, key and value head by head, ``[heads · 3 · head width, in]`` (GPT-NeoX)."""


@dataclass(frozen=True)
class Tensor:
    """One tensor of a checkpoint.

    Attributes:
        name: with ``{}`` for the layer's number.
        ours: the parameters that it holds, named within a layer or within the whole tree.
        layout: how.
    """

    name: str
    ours: tuple[str, ...]
    layout: Layout = PLAIN


@dataclass(frozen=True)
class TensorNames:
    """All tensors of a family.

    Attributes:
        prefix: which saved names carry, and some published checkpoints do not.
        layers: tensors of every layer.
        whole: the others.
        buffers: endings of names that hold no parameter and are left alone.
    """

    prefix: str
    layers: tuple[Tensor, ...]
    whole: tuple[Tensor, ...]
    buffers: tuple[str, ...] = ("rotary_emb.inv_freq",)


def _linear(name: str, ours: str, layout: Layout = TRANSPOSED) -> tuple[Tensor, Tensor]:
    return Tensor(f"{name}.weight", (f"{ours}/kernel",), layout), Tensor(f"{name}.bias", (f"{ours}/bias",))


def _norm(name: str, ours: str) -> tuple[Tensor, Tensor]:
    return Tensor(f"{name}.weight", (f"{ours}/scale",)), Tensor(f"{name}.bias", (f"{ours}/bias",))


def _fused(name: str, layout: Layout) -> tuple[Tensor, Tensor]:
    kernels, biases = (tuple(f"attention/{k}/{end}" for k in ("query", "key", "value")) for end in ("kernel", "bias"))
    return Tensor(f"{name}.weight", kernels, layout), Tensor(f"{name}.bias", biases, layout)


_GPT2 = TensorNames(
    prefix="transformer.",
    layers=(
        *_norm("h.{}.ln_1", "attention_norm"),
        *_fused("h.{}.attn.c_attn", COLUMNS),
        *_linear("h.{}.attn.c_proj", "attention/output", PLAIN),
        *_norm("h.{}.ln_2", "mlp_norm"),
        *_linear("h.{}.mlp.c_fc", "mlp/up", PLAIN),
        *_linear("h.{}.mlp.c_proj", "mlp/down", PLAIN),
    ),
    whole=(
        Tensor("wte.weight", ("embedding/tokens",)),
        Tensor("wpe.weight", ("embedding/positions",)),
        *_norm("ln_f", "final_norm"),
        Tensor("lm_head.weight", ("head/kernel",), TRANSPOSED),
    ),
    buffers=("attn.bias", "attn.masked_bias"),
)

_GPT_NEOX = TensorNames(
    prefix="gpt_neox.",
    layers=(
        *_norm("layers.{}.input_layernorm", "attention_norm"),
        *_fused("layers.{}.attention.query_key_value", HEADS),
        *_linear("layers.{}.attention.dense", "attention/output"),
        *_norm("layers.{}.post_attention_layernorm", "mlp_norm"),
        *_linear("layers.{}.mlp.dense_h_to_4h", "mlp/up"),
        *_linear("layers.{}.mlp.dense_4h_to_h", "mlp/down"),
    ),
    whole=(
        Tensor("embed_in.weight", ("embedding/tokens",)),
        *_norm("final_layer_norm", "final_norm"),
        Tensor("embed_out.weight", ("head/kernel",), TRANSPOSED),
    ),
    buffers=("rotary_emb.inv_freq", "attention.bias", "attention.masked_bias"),
)


def _llama_like(**norms: str) -> TensorNames:
    """The names that Llama began and most others kept; only those of the normalisations differ."""
    return TensorNames(
        prefix="model.",
        layers=(
            *(tensor for ours, name in norms.items() for tensor in _norm("layers.{}." + name, ours)),
            *(
                tensor
                for k in ("query", "key", "value")
                for tensor in _linear(f"layers.{{}}.self_attn.{k[0]}_proj", f"attention/{k}")
            ),
            *_linear("layers.{}.self_attn.o_proj", "attention/output"),
            *_norm("layers.{}.self_attn.q_norm", "attention/query_norm"),
            *_norm("layers.{}.self_attn.k_norm", "attention/key_norm"),
            *_linear("layers.{}.mlp.gate_proj", "mlp/gate"),
            *_linear("layers.{}.mlp.up_proj", "mlp/up"),
            *_linear("layers.{}.mlp.down_proj", "mlp/down"),
        ),
        whole=(
            Tensor("embed_tokens.weight", ("embedding/tokens",)),
            *_norm("norm", "final_norm"),
            Tensor("lm_head.weight", ("head/kernel",), TRANSPOSED),
        ),
    )


_LLAMA = _llama_like(attention_norm="input_layernorm", mlp_norm="post_attention_layernorm")
_GEMMA = _llama_like(
    attention_norm="input_layernorm",
    attention_post_norm="post_attention_layernorm",
    mlp_norm="pre_feedforward_layernorm",
    mlp_post_norm="post_feedforward_layernorm",
)

NAMES: Mapping[str, TensorNames] = MappingProxyType(
    {
        "gpt2": _GPT2,
        "gpt_neox": _GPT_NEOX,
        "llama": _LLAMA,
        "mistral": _LLAMA,
        "qwen2": _LLAMA,
        "qwen3": _LLAMA,
        "gemma2": _GEMMA,
        "gemma3_text": _GEMMA,
    }
)

HEADS_OUTSIDE = ("lm_head.weight", "embed_out.weight")
"""Tensors that carry no prefix."""


def saved_name(family: str, tensor: Tensor, layer: int | None = None) -> str:
    """A tensor's full name in a checkpoint that ``transformers`` saves."""
    name = tensor.name if layer is None else tensor.name.format(layer)
    return name if name in HEADS_OUTSIDE else NAMES[family].prefix + name


def at(tree: Any, name: str) -> Any:
    """The leaf at a path such as ``attention/query/kernel``; None where the tree has none."""
    for part in name.split("/"):
        if not isinstance(tree, Mapping) or part not in tree:
            return None
        tree = tree[part]
    return tree
