"""The config.json of a decoder, as ``transformers`` 5 reads it: the inverse of ``families.read_config``."""

from __future__ import annotations

import math
from typing import Any

from ..decoder.config import DecoderConfig
from ..decoder.rope import Rope
from .families import FAMILIES

ARCHITECTURES = {
    "gpt2": "GPT2LMHeadModel",
    "gpt_neox": "GPTNeoXForCausalLM",
    "llama": "LlamaForCausalLM",
    "mistral": "MistralForCausalLM",
    "qwen2": "Qwen2ForCausalLM",
    "qwen3": "Qwen3ForCausalLM",
    "gemma2": "Gemma2ForCausalLM",
    "gemma3_text": "Gemma3ForCausalLM",
}


def write_config(config: DecoderConfig) -> dict[str, Any]:
    """The content of config.json for a decoder; ``read_config`` of it gives the same decoder.

    Raises:
        ValueError: a choice that the family's files cannot express, such as a gated GPT-2.
    """
    from .families import read_config

    family = FAMILIES[config.family]
    raw: dict[str, Any] = {"model_type": config.family, "architectures": [ARCHITECTURES[config.family]]}
    raw |= {key: getattr(config, ours) for ours, key in family.keys.items()}
    if config.rope is not None:
        raw["rope_parameters"] = _rope(config.rope, config)
        if config.family == "gemma3_text":
            sliding = config.sliding_rope or config.rope
            raw["rope_parameters"] = {
                "full_attention": _rope(config.rope, config),
                "sliding_attention": _rope(sliding, config),
            }
    if config.family not in ("gpt2", "gpt_neox", "llama"):
        raw["sliding_window"] = config.window if any(config.sliding) or config.family != "mistral" else None
    if config.family.startswith("qwen"):
        raw["use_sliding_window"] = any(config.sliding)
        raw["max_window_layers"] = config.layers
    if config.family not in ("gpt2", "gpt_neox", "llama", "mistral"):
        raw["layer_types"] = ["sliding_attention" if sliding else "full_attention" for sliding in config.sliding]
    if config.family.startswith("gemma"):
        scalar = config.attention_scale**-2
        raw["query_pre_attn_scalar"] = round(scalar) if abs(scalar - round(scalar)) < 1e-9 * scalar else scalar
    raw |= {"bos_token_id": config.bos, "pad_token_id": config.pad}
    raw["eos_token_id"] = config.eos[0] if len(config.eos) == 1 else list(config.eos) or None
    back = read_config(raw)
    differing = [
        name for name in vars(config) if name != "attention_scale" and getattr(back, name) != getattr(config, name)
    ]
    if differing:
        raise ValueError(
            f"a checkpoint of the family {config.family!r} cannot say {_listed(differing, config)}; expected "
            f"{_listed(differing, back)}, or another family."
        )
    return raw


def _rope(rope: Rope, config: DecoderConfig) -> dict[str, Any]:
    written: dict[str, Any] = {"rope_type": rope.kind, "rope_theta": rope.base}
    if rope.width != config.head_width or config.family == "gpt_neox":  # where silence means a quarter
        written["partial_rotary_factor"] = _factor(rope.width, config.head_width)
    if rope.kind != "default":
        written["factor"] = rope.factor
    if rope.kind == "llama3":
        written["low_freq_factor"] = rope.low_frequency_factor
        written["high_freq_factor"] = rope.high_frequency_factor
        written["original_max_position_embeddings"] = rope.original_context
    return written


def _factor(part: int, whole: int) -> float:
    """part / whole, such that ``int(whole * factor)``, as it is read, gives the part: plain 30 / 44 gives 29."""
    factor = part / whole
    return factor if int(whole * factor) == part else math.nextafter(factor, 1.0)


def _listed(names: list[str], config: DecoderConfig) -> str:
    return ", ".join(f"{name} = {getattr(config, name)!r}" for name in names)
