"""A GGUF file's metadata as the config.json that the same model has in the Hugging Face layout."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._names import known_name
from ..decoder.rope import Rope, frequencies
from .describe import ARCHITECTURES as CLASSES
from .gguf_header import Header
from .gguf_names import ARCHITECTURES, ROTATION_FACTORS
from .gguf_weights import dequantised

REQUIRED = {
    "hidden_size": "embedding_length",
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "intermediate_size": "feed_forward_length",
    "max_position_embeddings": "context_length",
}
EPSILON = "attention.layer_norm_rms_epsilon"
SLOWED_LAYERS = {"gemma2": 46, "gemma3": 62}
"""The one size of either whose query-key products are scaled by width / heads instead of the head's width: its depth.

Source: llama.cpp, src/llama-model.cpp, which knows the two models of 27 billion parameters by it likewise.
"""


def gguf_config(header: Header) -> dict[str, Any]:
    """What config.json would say; ``families.read_config`` makes a decoder of it.

    Raises:
        ValueError: an unsupported architecture or option (named, with those that are), or metadata that is missing or
            cannot be meant.
    """
    where = f"{str(header.path)!r}"
    name = header.metadata.get("general.architecture")
    if not isinstance(name, str):
        raise ValueError(f"{where} names no architecture; expected one of {', '.join(ARCHITECTURES)}.")
    family = ARCHITECTURES[known_name(f"architecture in {where}", name, ARCHITECTURES)]
    own = {key.removeprefix(f"{name}."): value for key, value in header.metadata.items() if key.startswith(f"{name}.")}
    _check_whole(where, header, own)
    raw: dict[str, Any] = {"model_type": family, "architectures": [CLASSES[family]]}
    raw |= {key: _count(where, name, own, theirs) for key, theirs in REQUIRED.items()}
    if raw["num_hidden_layers"] > len(header.tensors):
        raise ValueError(
            f"{where} speaks of {raw['num_hidden_layers']:,} layers but holds {len(header.tensors)} tensors."
        )
    raw["vocab_size"] = _vocabulary(where, header)
    raw["num_key_value_heads"] = _count(where, name, own, "attention.head_count_kv", raw["num_attention_heads"])
    raw["head_dim"] = _head_width(where, name, own, raw)
    raw["rms_norm_eps"] = _number(where, name, own, EPSILON)
    raw["tie_word_embeddings"] = "output.weight" not in header.tensors
    raw["attention_bias"] = "blk.0.attn_q.bias" in header.tensors
    gemma = name.startswith("gemma")
    raw["hidden_activation" if gemma else "hidden_act"] = "gelu_pytorch_tanh" if gemma else "silu"
    raw["rope_parameters"] = _rope(where, name, header, own, raw)
    if gemma:
        raw |= _gemma(where, name, own, raw)
    return raw | _special_tokens(header)


def _check_whole(where: str, header: Header, own: dict[str, Any]) -> None:
    parts = header.metadata.get("split.count", 0)
    if parts not in (0, 1):
        raise ValueError(f"{where} is one of {parts} files; expected a whole model: merge them with llama-gguf-split.")
    if own.get("expert_count"):
        raise ValueError(f"{where} is a mixture of {own['expert_count']} experts; expected a model without.")


def _count(where: str, name: str, own: dict[str, Any], key: str, otherwise: int | None = None) -> int:
    value = own.get(key, otherwise)
    if isinstance(value, list) and len(set(value)) == 1:
        value = value[0]
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{where} gives {name}.{key} as {_short(value)}; expected a whole number, at least 1.")
    return value


def _number(where: str, name: str, own: dict[str, Any], key: str, otherwise: float | None = None) -> float:
    """As it was before it was rounded to float32: the shortest decimal number that rounds to it."""
    value = own.get(key, otherwise)
    if isinstance(value, bool) or not isinstance(value, int | float) or not np.isfinite(value) or value <= 0:
        raise ValueError(f"{where} gives {name}.{key} as {_short(value)}; expected a number above 0.")
    return float(str(np.float32(value)))


def _short(value: Any) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:40]} …"


def _vocabulary(where: str, header: Header) -> int:
    stored = header.tensors.get("token_embd.weight")
    if stored is None or len(stored.shape) != 2:
        raise ValueError(f"{where} lacks token_embd.weight, [vocabulary, width]; expected the embedding of the tokens.")
    return stored.shape[0]


def _head_width(where: str, name: str, own: dict[str, Any], raw: dict[str, Any]) -> int:
    width = _count(where, name, own, "attention.key_length", raw["hidden_size"] // raw["num_attention_heads"])
    for key in ("attention.value_length", "rope.dimension_count"):
        if _count(where, name, own, key, width) != width:
            raise ValueError(
                f"{where} gives {name}.{key} as {own[key]}, but heads are {width} wide; expected the same."
            )
    return width


def _rope(where: str, name: str, header: Header, own: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    base = _number(where, name, own, "rope.freq_base", 1e6 if name == "gemma3" else 10000.0)
    kind = str(own.get("rope.scaling.type", "none"))
    known_name(f"kind of RoPE in {where}", kind, ("none", "linear"))
    rope: dict[str, Any] = {"rope_type": "default", "rope_theta": base}
    if kind == "linear":
        rope |= {"rope_type": "linear", "factor": _number(where, name, own, "rope.scaling.factor", 1.0)}
    if ROTATION_FACTORS in header.tensors:
        rope |= _llama3(where, base, raw["head_dim"], dequantised(header, ROTATION_FACTORS).ravel())
    if name == "gemma3":
        local = {"rope_type": "default", "rope_theta": _number(where, name, own, "rope.freq_base_swa", 10000.0)}
        return {"full_attention": rope, "sliding_attention": local}
    return rope


def _llama3(where: str, base: float, width: int, factors: np.ndarray) -> dict[str, Any]:
    """Llama 3.1's interpolation with its published choices, if that is what the factors are."""
    plain = frequencies(Rope(width, base))
    rope = Rope(width, base, "llama3", float(np.max(factors, initial=1.0)))
    expected = plain / frequencies(rope)
    if factors.shape != expected.shape or not np.allclose(factors, expected, rtol=1e-5, atol=0):
        raise ValueError(f"{where} slows its rotation by {ROTATION_FACTORS}; expected the factors of Llama 3.1.")
    return {
        "rope_type": "llama3",
        "factor": rope.factor,
        "low_freq_factor": rope.low_frequency_factor,
        "high_freq_factor": rope.high_frequency_factor,
        "original_max_position_embeddings": rope.original_context,
    }


def _gemma(where: str, name: str, own: dict[str, Any], raw: dict[str, Any]) -> dict[str, Any]:
    """What only Gemma says: its window, the layers that slide, its bounds and the scale of its products."""
    layers, pattern = raw["num_hidden_layers"], "attention.sliding_window_pattern"
    if isinstance(own.get(pattern), list):
        sliding = [bool(one) for one in own[pattern]]
    else:
        period = _count(where, name, own, pattern, 2 if name == "gemma2" else 6)
        sliding = [(i + 1) % period != 0 for i in range(layers)]
    slowed = layers == SLOWED_LAYERS[name]
    bounds = {"attn_logit_softcapping": "attn_logit_softcapping", "final_logit_softcapping": "final_logit_softcapping"}
    return {
        "sliding_window": _count(where, name, own, "attention.sliding_window"),
        "layer_types": ["sliding_attention" if one else "full_attention" for one in sliding],
        "query_pre_attn_scalar": raw["hidden_size"] // raw["num_attention_heads"] if slowed else raw["head_dim"],
        **{key: _number(where, name, own, theirs) if theirs in own else None for key, theirs in bounds.items()},
    }


def _special_tokens(header: Header) -> dict[str, Any]:
    given = {key: header.metadata.get(f"tokenizer.ggml.{key}_token_id") for key in ("bos", "eos", "eot", "padding")}
    ids = {key: value if isinstance(value, int) else None for key, value in given.items()}
    ends = list(dict.fromkeys(ids[key] for key in ("eos", "eot") if ids[key] is not None))
    return {
        "bos_token_id": ids["bos"],
        "eos_token_id": ends[0] if len(ends) == 1 else ends or None,
        "pad_token_id": ids["padding"],
    }
