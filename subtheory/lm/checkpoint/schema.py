"""What config.json may say: every key that is read, its type and its range, as one table and one typed schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from .._json_file import shown

WHOLE: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(("vocab_size",), (1, 2**24)),
    **dict.fromkeys(("hidden_size", "n_embd", "head_dim"), (1, 2**20)),
    **dict.fromkeys(("intermediate_size", "n_inner"), (1, 2**24)),
    **dict.fromkeys(("num_hidden_layers", "n_layer"), (1, 10_000)),
    **dict.fromkeys(("num_attention_heads", "num_key_value_heads", "n_head"), (1, 2**16)),
    **dict.fromkeys(("max_position_embeddings", "n_positions", "sliding_window"), (1, 2**31 - 1)),
    "sliding_window_pattern": (1, 10_000),
    "max_window_layers": (0, 10_000),
    **dict.fromkeys(("bos_token_id", "pad_token_id"), (-1, 2**31 - 1)),
}
"""Whole numbers: key → least and largest."""

NUMBER: Mapping[str, tuple[float, float]] = {
    **dict.fromkeys(("rms_norm_eps", "layer_norm_eps", "layer_norm_epsilon"), (0.0, 1.0)),
    "initializer_range": (0.0, 1e6),
    **dict.fromkeys(("rope_theta", "rotary_emb_base", "rope_local_base_freq"), (1e-6, 1e18)),
    **dict.fromkeys(("rotary_pct", "partial_rotary_factor"), (1e-6, 1.0)),
    **dict.fromkeys(("query_pre_attn_scalar", "attn_logit_softcapping", "final_logit_softcapping"), (1e-6, 1e9)),
}
"""Real numbers: key → least and largest."""

TRUTH = (
    "tie_word_embeddings",
    "attention_bias",
    "mlp_bias",
    "use_parallel_residual",
    "use_sliding_window",
)
TEXT = ("model_type", "hidden_act", "hidden_activation", "activation_function")

ROPE_NUMBER: Mapping[str, tuple[float, float]] = {
    "rope_theta": NUMBER["rope_theta"],
    "partial_rotary_factor": NUMBER["partial_rotary_factor"],
    **dict.fromkeys(("factor", "low_freq_factor", "high_freq_factor"), (1e-6, 1e6)),
}
ROPE_WHOLE: Mapping[str, tuple[int, int]] = {"original_max_position_embeddings": (1, 2**31 - 1)}
ROPE_TEXT = ("rope_type", "type")
TOKENS = (-1, 2**31 - 1)


def _or_null(kind: Any) -> Any:
    return kind | None


def _within(kind: type, bounds: tuple[float, float]) -> Any:
    return _or_null(Annotated[kind, msgspec.Meta(ge=bounds[0], le=bounds[1])])


def _fields(whole: Mapping[str, Any], number: Mapping[str, Any], text: tuple[str, ...]) -> list[tuple[str, Any, None]]:
    return [
        *((key, _within(int, bounds), None) for key, bounds in whole.items()),
        *((key, _within(float, bounds), None) for key, bounds in number.items()),
        *((key, _or_null(Annotated[str, msgspec.Meta(max_length=80)]), None) for key in text),
    ]


_TOKEN = Annotated[int, msgspec.Meta(ge=TOKENS[0], le=TOKENS[1])]
_TOKENS = Annotated[list[_TOKEN], msgspec.Meta(max_length=1000)]
_NAMES = Annotated[list[Annotated[str, msgspec.Meta(max_length=80)]], msgspec.Meta(max_length=10_000)]
_ONE_ROPE = _fields(ROPE_WHOLE, ROPE_NUMBER, ROPE_TEXT)
_OneRope: Any = msgspec.defstruct("_OneRope", _ONE_ROPE)
_BY_LAYER = [(f"{kind}_attention", _or_null(_OneRope), None) for kind in ("full", "sliding")]
_Rope: Any = msgspec.defstruct("_Rope", [*_ONE_ROPE, *_BY_LAYER])
_CONFIG_FILE = msgspec.defstruct(
    "ConfigFile",
    [
        *_fields(WHOLE, NUMBER, TEXT),
        *((key, bool | None, None) for key in TRUTH),
        ("eos_token_id", _or_null(_TOKEN) | _TOKENS, None),
        ("layer_types", _or_null(_NAMES), None),
        ("rope_parameters", _or_null(_Rope), None),
        ("rope_scaling", _or_null(_Rope), None),
    ],
)
"""The schema; keys that nothing here reads are let pass, whatever they hold."""


def check_config(raw: Mapping[str, Any]) -> None:
    """Raise unless every key that is read has the right type and lies in its range; null is silence.

    >>> check_config({"num_hidden_layers": 10**7})
    Traceback (most recent call last):
    ValueError: num_hidden_layers in config.json is 10000000; expected a whole number from 1 to 10000.
    """
    try:
        msgspec.convert(dict(raw), _CONFIG_FILE)
    except msgspec.ValidationError as error:
        found = re.search(r" - at `\$\.?(.*)`$", str(error), re.DOTALL)
        place = found.group(1) if found else ""
        raise ValueError(f"{place} in config.json is {shown(_at(raw, place))}; expected {_expected(place)}.") from None
    except RecursionError:
        raise ValueError("config.json is nested too deeply; expected plain keys and values.") from None


def _at(raw: Any, place: str) -> Any:
    for key, index in re.findall(r"([^.\[\]]+)|\[(\d+)\]", place):
        raw = raw[int(index)] if index else raw[key]
    return raw


def _expected(place: str) -> str:
    *outer, key = place.split(".")
    key = key.partition("[")[0]
    whole, number = (ROPE_WHOLE, ROPE_NUMBER) if outer else (WHOLE, NUMBER)
    if key in whole:
        return f"a whole number from {whole[key][0]} to {whole[key][1]}"
    if key in number:
        return f"a number from {number[key][0]:g} to {number[key][1]:g}"
    if key in TRUTH:
        return "true or false"
    if key == "eos_token_id":
        return f"a token's number from {TOKENS[0]} to {TOKENS[1]}, or a list of such"
    if key == "layer_types":
        return "a list of names, one for each layer"
    return "a short name" if key in (*TEXT, *ROPE_TEXT) else "an object with RoPE's numbers"
