"""Reading and writing config.json: each family's keys, defaults and fixed choices, as a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ..._names import known_name
from .._json_file import shown
from ..decoder.config import DecoderConfig
from ..decoder.layer import ACTIVATIONS
from .multimodal import text_part
from .positions import read_rope, read_sliding
from .schema import check_config


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
    "num_key_value_heads": 4,
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
            neutral={"rope_interleaved": False},
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


NULL_MEANS_NONE = ("num_key_value_heads", "head_dim", "n_inner", "sliding_window")
NULL_MEANS_NONE += ("attn_logit_softcapping", "final_logit_softcapping")
"""Keys whose null is a choice; null elsewhere is silence."""


def read_config(raw: Mapping[str, Any]) -> DecoderConfig:
    """The decoder that a checkpoint's config.json describes, as ``transformers`` 4 or 5 wrote it.

    Args:
        raw: the file's content; of a multimodal Gemma 3, its text part counts.

    Raises:
        ValueError: a family, an activation, a kind of RoPE or an option that is not supported (named, with those that
            are), a key that is missing, of another type or out of its range, or a config that asks for code from
            elsewhere.
    """
    if raw.get("auto_map"):
        raise ValueError(
            f"config.json asks for code from elsewhere (auto_map: {shown(raw['auto_map'])}), which is refused; "
            f"expected a plain checkpoint of one of {', '.join(FAMILIES)}."
        )
    raw = {key: value for key, value in text_part(raw).items() if value is not None or key in NULL_MEANS_NONE}
    if not isinstance(raw.get("model_type"), str):
        raise ValueError(f"config.json has no model_type; expected one of {', '.join(FAMILIES)}.")
    name = known_name("model_type in config.json", raw["model_type"][:80], FAMILIES)
    quantised = raw.get("quantization_config")
    if quantised is not None:
        method = quantised.get("quant_method") if isinstance(quantised, Mapping) else quantised
        raise ValueError(f"config.json says the weights are quantised ({shown(method)}); expected plain weights.")
    check_config(raw)
    family = FAMILIES[name]
    for key, only in family.neutral.items():
        if raw.get(key, only) != only:
            raise ValueError(f"config.json sets {key} to {shown(raw[key])}, which is not supported; expected {only!r}.")
    fields: dict[str, Any] = dict(family.fixed)
    for ours, key in family.keys.items():
        if key not in raw and key not in family.defaults:
            raise ValueError(f"config.json has no {key}; expected it for the model_type {name!r}.")
        fields[ours] = raw.get(key, family.defaults.get(key))
    known_name(f"{family.keys['activation']} in config.json", fields["activation"], ACTIVATIONS)
    if fields.get("head_width") is None:
        if fields["width"] % fields["heads"]:
            raise ValueError(
                f"config.json has {fields['heads']} heads, which do not divide the width {fields['width']}; expected a "
                "divisor."
            )
        fields["head_width"] = fields["width"] // fields["heads"]
    if not family.fixed.get("learned_positions"):
        fields.update(read_rope(name, raw, fields))
    fields.update(read_sliding(name, raw, fields))
    if name.startswith("gemma"):
        fields["attention_scale"] = raw.get("query_pre_attn_scalar", 256) ** -0.5
        fields["embedding_scale"] = fields["width"] ** 0.5
    eos = raw.get("eos_token_id", ())
    fields["eos"] = tuple(token for token in ((eos,) if isinstance(eos, int) else eos) if token >= 0)
    for ours, key in (("bos", "bos_token_id"), ("pad", "pad_token_id")):
        fields[ours] = raw[key] if raw.get(key, -1) >= 0 else None
    return DecoderConfig(family=name, **fields)
