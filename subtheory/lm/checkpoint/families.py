"""Reading and writing config.json: each family's keys, defaults and fixed choices, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..._names import known_name
from ..decoder.config import DecoderConfig, check_count
from ..decoder.layer import ACTIVATIONS
from ..decoder.rope import KINDS, Rope


@dataclass(frozen=True)
class Family:
    """How a family's config.json says what ``DecoderConfig`` says.

    Attributes:
        keys: our field → its key.
        defaults: key → value where the file is silent; a key without one must be there.
        fixed: our field → the family's own choice.
        neutral: key → the only value that is supported, because others change the arithmetic.
    """

    keys: Mapping[str, str]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    neutral: Mapping[str, Any] = field(default_factory=dict)


_COMMON = {
    "vocabulary": "vocab_size",
    "width": "hidden_size",
    "layers": "num_hidden_layers",
    "heads": "num_attention_heads",
    "mlp_width": "intermediate_size",
    "context": "max_position_embeddings",
    "activation": "hidden_act",
    "tied": "tie_word_embeddings",
    "initial_scale": "initializer_range",
}
_LLAMA = {
    **_COMMON,
    "key_value_heads": "num_key_value_heads",
    "head_width": "head_dim",
    "norm_epsilon": "rms_norm_eps",
}
_LLAMA_DEFAULTS = {
    "num_key_value_heads": None,
    "head_dim": None,
    "rms_norm_eps": 1e-6,
    "hidden_act": "silu",
    "tie_word_embeddings": False,
    "initializer_range": 0.02,
    "max_position_embeddings": 2048,
}
_GEMMA = {
    **_LLAMA,
    "activation": "hidden_activation",
    "attention_softcap": "attn_logit_softcapping",
    "logit_softcap": "final_logit_softcapping",
}
_GEMMA_DEFAULTS = {
    **_LLAMA_DEFAULTS,
    "hidden_activation": "gelu_pytorch_tanh",
    "head_dim": 256,
    "tie_word_embeddings": True,
    "attention_bias": False,
    "query_pre_attn_scalar": 256,
}

FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "gpt2": Family(
            keys={
                **_COMMON,
                "width": "n_embd",
                "layers": "n_layer",
                "heads": "n_head",
                "mlp_width": "n_inner",
                "context": "n_positions",
                "activation": "activation_function",
                "norm_epsilon": "layer_norm_epsilon",
            },
            defaults={
                "n_inner": None,
                "activation_function": "gelu_new",
                "layer_norm_epsilon": 1e-5,
                "tie_word_embeddings": True,
                "initializer_range": 0.02,
            },
            fixed={
                "normalisation": "layer",
                "gated": False,
                "learned_positions": True,
                "query_key_value_bias": True,
                "output_bias": True,
                "mlp_bias": True,
            },
            neutral={
                "scale_attn_weights": True,
                "scale_attn_by_inverse_layer_idx": False,
                "add_cross_attention": False,
            },
        ),
        "gpt_neox": Family(
            keys={
                **_COMMON,
                "norm_epsilon": "layer_norm_eps",
                "parallel_residual": "use_parallel_residual",
                "query_key_value_bias": "attention_bias",
                "output_bias": "attention_bias",
            },
            defaults={
                "hidden_act": "gelu",
                "layer_norm_eps": 1e-5,
                "use_parallel_residual": True,
                "attention_bias": True,
                "tie_word_embeddings": False,
                "initializer_range": 0.02,
                "max_position_embeddings": 2048,
            },
            fixed={"normalisation": "layer", "gated": False, "mlp_bias": True},
        ),
        "llama": Family(
            keys={
                **_LLAMA,
                "query_key_value_bias": "attention_bias",
                "output_bias": "attention_bias",
                "mlp_bias": "mlp_bias",
            },
            defaults={**_LLAMA_DEFAULTS, "attention_bias": False, "mlp_bias": False},
        ),
        "mistral": Family(
            keys={**_LLAMA, "window": "sliding_window"},
            defaults={**_LLAMA_DEFAULTS, "sliding_window": 4096, "num_key_value_heads": 8},
        ),
        "qwen2": Family(keys=_LLAMA, defaults=_LLAMA_DEFAULTS, fixed={"query_key_value_bias": True}),
        "qwen3": Family(
            keys={**_LLAMA, "query_key_value_bias": "attention_bias", "output_bias": "attention_bias"},
            defaults={**_LLAMA_DEFAULTS, "head_dim": 128, "attention_bias": False},
            fixed={"query_key_norm": True},
        ),
        "gemma2": Family(
            keys={**_GEMMA, "query_key_value_bias": "attention_bias", "output_bias": "attention_bias"},
            defaults={**_GEMMA_DEFAULTS, "attn_logit_softcapping": 50.0, "final_logit_softcapping": 30.0},
            fixed={"normalisation": "rms_plus_one", "post_norms": True},
            neutral={"use_bidirectional_attention": False},
        ),
        "gemma3_text": Family(
            keys={**_GEMMA, "query_key_value_bias": "attention_bias", "output_bias": "attention_bias"},
            defaults={**_GEMMA_DEFAULTS, "attn_logit_softcapping": None, "final_logit_softcapping": None},
            fixed={"normalisation": "rms_plus_one", "post_norms": True, "query_key_norm": True},
            neutral={"use_bidirectional_attention": False},
        ),
    }
)


def read_config(raw: Mapping[str, Any]) -> DecoderConfig:
    """The decoder that a checkpoint's config.json describes, as ``transformers`` 4 or 5 wrote it.

    Args:
        raw: the file's content.

    Raises:
        ValueError: a family, an activation, a kind of RoPE or an option that is not supported (named, with those that
            are), a key that is missing, or a config that asks for code from elsewhere.
    """
    if raw.get("auto_map"):
        raise ValueError(
            f"config.json asks for code from elsewhere (auto_map: {raw['auto_map']}), which is refused; expected a "
            f"plain checkpoint of one of {', '.join(FAMILIES)}."
        )
    if not isinstance(raw.get("model_type"), str):
        raise ValueError(f"config.json has no model_type; expected one of {', '.join(FAMILIES)}.")
    name = known_name("model_type in config.json", raw["model_type"], FAMILIES)
    family = FAMILIES[name]
    for key, only in family.neutral.items():
        if raw.get(key) not in (only, None):
            raise ValueError(f"config.json sets {key} to {raw[key]!r}, which is not supported; expected {only!r}.")
    fields: dict[str, Any] = dict(family.fixed)
    for ours, key in family.keys.items():
        if key not in raw and key not in family.defaults:
            raise ValueError(f"config.json has no {key}; expected it for the model_type {name!r}.")
        fields[ours] = raw.get(key, family.defaults.get(key))
    for ours in ("width", "layers", "heads"):
        check_count(f"{family.keys[ours]} in config.json", fields[ours])
    known_name(f"{family.keys['activation']} in config.json", str(fields["activation"]), ACTIVATIONS)
    if fields.get("head_width") is None:
        fields["head_width"] = fields["width"] // fields["heads"]
    if not family.fixed.get("learned_positions"):
        fields.update(_read_rope(name, raw, fields))
    fields.update(_read_sliding(name, raw, fields))
    if name.startswith("gemma"):
        fields["attention_scale"] = raw.get("query_pre_attn_scalar", 256) ** -0.5
        fields["embedding_scale"] = fields["width"] ** 0.5
    eos = raw.get("eos_token_id")
    fields["eos"] = () if eos is None else (eos,) if isinstance(eos, int) else tuple(eos)
    return DecoderConfig(family=name, bos=raw.get("bos_token_id"), pad=raw.get("pad_token_id"), **fields)


def _read_rope(name: str, raw: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Rope | None]:
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
    kind = given.get("rope_type", given.get("type", "default"))
    known_name("kind of RoPE in config.json", str(kind), KINDS)
    part = given.get("partial_rotary_factor", raw.get("partial_rotary_factor"))
    if part is None:
        part = 0.25 if name == "gpt_neox" else 1.0
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
    return Rope(int(fields["head_width"] * part), float(given.get("rope_theta", 10000.0)), str(kind), **scaling)


def _read_sliding(name: str, raw: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
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
        sliding = [known_name("kind of layer in config.json", kind, _LAYER_KINDS) == _LAYER_KINDS[1] for kind in kinds]
    elif name == "gemma2":
        sliding = [i % 2 == 0 for i in range(layers)]
    elif name == "gemma3_text":
        pattern = raw.get("sliding_window_pattern", 6)
        sliding = [(i + 1) % pattern != 0 for i in range(layers)]
    else:
        sliding = [i >= raw.get("max_window_layers", 28) for i in range(layers)]
    return {"window": window, "sliding": tuple(sliding)}


_LAYER_KINDS = ("full_attention", "sliding_attention")
