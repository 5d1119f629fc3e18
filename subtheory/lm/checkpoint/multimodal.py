"""The text part of a config.json that speaks of pictures too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._json_file import shown

GEMMA3_TEXT: Mapping[str, Any] = {
    "model_type": "gemma3_text",
    "vocab_size": 262208,
    "hidden_size": 2304,
    "intermediate_size": 9216,
    "num_hidden_layers": 26,
    "num_attention_heads": 8,
    "max_position_embeddings": 131072,
    "bos_token_id": 2,
    "eos_token_id": 1,
    "pad_token_id": 0,
}
"""What the text part of Gemma 3 means where it is silent: it is written without the defaults of its class."""


def text_part(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """The config of the language model within a multimodal Gemma 3; any other config as it is.

    >>> text_part({"model_type": "gemma3", "text_config": {"hidden_size": 8}})["hidden_size"]
    8

    Raises:
        ValueError: a multimodal config without its text part.
    """
    if raw.get("model_type") != "gemma3":
        return raw
    text = raw.get("text_config")
    if not isinstance(text, Mapping) or text.get("model_type", "gemma3_text") != "gemma3_text":
        raise ValueError(
            f"config.json of the model_type 'gemma3' has the text_config {shown(text)}; expected an object of the "
            "model_type 'gemma3_text'."
        )
    outer = {key: raw[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id") if raw.get(key) is not None}
    given = {key: value for key, value in text.items() if value is not None}
    return {**GEMMA3_TEXT, **outer, **given, "architectures": ["Gemma3ForCausalLM"]}
