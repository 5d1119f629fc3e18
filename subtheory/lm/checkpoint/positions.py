"""Which positions a config.json speaks of: how queries and keys turn, and which layers slide over a window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..._names import known_name
from ..decoder.rope import KINDS, Rope

LAYER_KINDS = ("full_attention", "sliding_attention")


def read_rope(name: str, raw: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Rope | None]:
    """Rotary positions as transformers 5 writes them (``rope_parameters``), or as older versions did."""
    given = raw.get("rope_parameters")
    if given is None:
        scaling = raw.get("rope_scaling") or {}
        base = raw.get("rope_theta", raw.get("rotary_emb_base", 1e6 if name == "gemma3_text" else 10000.0))
        given = {"rope_theta": base, "partial_rotary_factor": raw.get("rotary_pct"), **scaling}
        if name == "gemma3_text":
            local = {"rope_theta": raw.get("rope_local_base_freq", 10000.0)}
            given = {"full_attention": given, "sliding_attention": local}
    nested = {key: value for key, value in given.items() if isinstance(value, Mapping)}
    full = _one_rope(name, nested.get("full_attention", given), raw, fields)
    sliding = _one_rope(name, nested["sliding_attention"], raw, fields) if "sliding_attention" in nested else None
    return {"rope": full, "sliding_rope": None if sliding == full else sliding}


def _one_rope(name: str, given: Mapping[str, Any], raw: Mapping[str, Any], fields: Mapping[str, Any]) -> Rope:
    given = {key: value for key, value in given.items() if value is not None}
    kind = known_name("kind of RoPE in config.json", given.get("rope_type", given.get("type", "default")), KINDS)
    part = given.get("partial_rotary_factor", raw.get("partial_rotary_factor", 0.25 if name == "gpt_neox" else 1.0))
    known = {
        "factor": "factor",
        "low_frequency_factor": "low_freq_factor",
        "high_frequency_factor": "high_freq_factor",
        "original_context": "original_max_position_embeddings",
    }
    wanted = () if kind == "default" else ("factor",) if kind == "linear" else tuple(known)
    for ours in wanted:
        if known[ours] not in given:
            raise ValueError(f"config.json has RoPE of the kind {kind!r} without {known[ours]}; expected it.")
    scaling: dict[str, Any] = {ours: given[known[ours]] for ours in wanted}
    if kind == "llama3" and not scaling["low_frequency_factor"] < scaling["high_frequency_factor"]:
        raise ValueError(
            f"config.json has low_freq_factor {scaling['low_frequency_factor']} and high_freq_factor "
            f"{scaling['high_frequency_factor']}; expected the low one below the high one."
        )
    base = given.get("rope_theta", raw.get("rope_theta", 10000.0))
    return Rope(int(fields["head_width"] * part), float(base), kind, **scaling)


def read_sliding(name: str, raw: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Which layers slide over a window, and how wide it is."""
    layers = int(fields["layers"])
    window = raw.get("sliding_window", 4096 if name in ("mistral", "gemma2", "gemma3_text") else None)
    if name.startswith("qwen") and not raw.get("use_sliding_window", False):
        window = None
    if window is None or name in ("gpt2", "gpt_neox", "llama"):
        return {"window": None}
    kinds = raw.get("layer_types")
    if name == "mistral":
        sliding = [True] * layers
    elif kinds is not None:
        sliding = [known_name("kind of layer in config.json", kind, LAYER_KINDS) == LAYER_KINDS[1] for kind in kinds]
    elif name == "gemma2":
        sliding = [i % 2 == 0 for i in range(layers)]
    elif name == "gemma3_text":
        pattern = raw.get("sliding_window_pattern", 6)
        sliding = [(i + 1) % pattern != 0 for i in range(layers)]
    else:
        sliding = [i >= raw.get("max_window_layers", 28) for i in range(layers)]
    return {"window": window, "sliding": tuple(sliding)}
