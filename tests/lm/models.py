"""Small language models for the tests: the real one of SUBTHEORY_STORIES260K, and random ones of every family."""

from __future__ import annotations

import os
from pathlib import Path

import jax
import pytest

import subtheory as st

GREEDY = (
    "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a "
    "big, red ball. She wanted to play with it, but it was too high."
)

ROPE = st.lm.Rope(width=8)
COMMON = dict(vocabulary=31, width=16, layers=3, heads=4, key_value_heads=2, head_width=8, mlp_width=24, context=64)
GEMMA = dict(
    normalisation="rms_plus_one",
    post_norms=True,
    activation="gelu_pytorch_tanh",
    tied=True,
    window=5,
    attention_scale=0.25,
    embedding_scale=4.0,
)
CONFIGS = {
    "gpt2": dict(
        key_value_heads=4,
        head_width=4,
        normalisation="layer",
        activation="gelu_new",
        gated=False,
        learned_positions=True,
        query_key_value_bias=True,
        output_bias=True,
        mlp_bias=True,
        tied=True,
    ),
    "gpt_neox": dict(
        key_value_heads=4,
        head_width=4,
        normalisation="layer",
        activation="gelu",
        gated=False,
        parallel_residual=True,
        query_key_value_bias=True,
        output_bias=True,
        mlp_bias=True,
        rope=st.lm.Rope(width=2),
    ),
    "llama": dict(
        rope=st.lm.Rope(
            8, 500.0, "llama3", 8.0, low_frequency_factor=1.0, high_frequency_factor=4.0, original_context=16
        )
    ),
    "mistral": dict(window=5, sliding=(True, True, True)),
    "qwen2": dict(query_key_value_bias=True, head_width=4, tied=True),
    "qwen3": dict(query_key_norm=True, window=5, sliding=(False, False, True)),
    "gemma2": dict(**GEMMA, sliding=(True, False, True), attention_softcap=5.0, logit_softcap=3.0),
    "gemma3_text": dict(
        **GEMMA,
        sliding=(True, True, False),
        query_key_norm=True,
        sliding_rope=st.lm.Rope(8, 100.0),
        rope=st.lm.Rope(8, 10000.0, "linear", 2.0),
    ),
}


def tiny(family: str, dtype: str = "float64", seed: int = 0, **changes) -> st.lm.LanguageModel:
    """A random model of a family, with every parameter away from its special value (no zero bias, no scale of one)."""
    choices = {**COMMON, **CONFIGS[family], "initial_scale": 0.3, **changes}
    options = {name: choices.pop(name) for name in ("scan", "rematerialise") if name in choices}
    config = st.lm.DecoderConfig(family=family, **choices)
    lm = st.lm.initialise(config, jax.random.key(seed), dtype, **options)
    leaves, structure = jax.tree.flatten(lm.params)
    keys = jax.random.split(jax.random.key(seed + 1), len(leaves))
    moved = [
        x + 0.2 * jax.random.normal(key, x.shape, "float32").astype(x.dtype)
        for x, key in zip(leaves, keys, strict=True)
    ]
    return lm.with_params(jax.tree.unflatten(structure, moved))


def stories_folder() -> Path:
    """The folder of SUBTHEORY_STORIES260K, or a skipped test."""
    folder = os.environ.get("SUBTHEORY_STORIES260K")
    if not folder:
        pytest.skip("SUBTHEORY_STORIES260K is not set; give it the folder of the stories260k checkpoint")
    if not (Path(folder) / "config.json").is_file():
        pytest.skip(f"SUBTHEORY_STORIES260K is {folder!r}, which holds no checkpoint")
    return Path(folder)
