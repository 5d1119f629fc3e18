"""Random checkpoints of every family, made and run by ``transformers``; nothing is downloaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

# Third-party modules warn of their own affairs; our own warnings remain errors.
MARKS = [
    pytest.mark.filterwarnings(r"ignore:::torch(\..*)?"),
    pytest.mark.filterwarnings(r"ignore:::transformers(\..*)?"),
]

COMMON = dict(
    vocab_size=61,
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=3,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=64,
    initializer_range=0.2,
    bos_token_id=1,
    eos_token_id=2,
    pad_token_id=None,
)
LLAMA3 = dict(
    rope_type="llama3",
    rope_theta=5000.0,
    factor=8.0,
    low_freq_factor=1.0,
    high_freq_factor=4.0,
    original_max_position_embeddings=16,
)
GEMMA = dict(COMMON, head_dim=16, query_pre_attn_scalar=24, sliding_window=6)

CHECKPOINTS: dict[str, tuple[str, dict[str, Any]]] = {
    "GPT-2": ("GPT2Config", dict(vocab_size=61, n_embd=32, n_layer=3, n_head=4, n_positions=64, initializer_range=0.2)),
    "GPT-2, untied, wide, exact GELU": (
        "GPT2Config",
        dict(
            vocab_size=61,
            n_embd=32,
            n_layer=2,
            n_head=4,
            n_positions=64,
            initializer_range=0.2,
            n_inner=80,
            tie_word_embeddings=False,
            activation_function="gelu",
        ),
    ),
    "GPT-NeoX (Pythia)": ("GPTNeoXConfig", dict(COMMON)),
    "GPT-NeoX, sequential, half rotary, no biases in attention, tied": (
        "GPTNeoXConfig",
        dict(
            COMMON,
            use_parallel_residual=False,
            attention_bias=False,
            tie_word_embeddings=True,
            rope_parameters=dict(rope_type="default", rope_theta=500.0, partial_rotary_factor=0.5),
        ),
    ),
    "GPT-NeoX, whole heads turn": (
        "GPTNeoXConfig",
        dict(COMMON, rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=1.0)),
    ),
    "GPT-NeoX, 30 of a head's 44 components turn": (
        "GPTNeoXConfig",
        dict(
            COMMON,
            hidden_size=176,
            rope_parameters=dict(rope_type="default", rope_theta=10000.0, partial_rotary_factor=0.682),
        ),
    ),
    "Llama 2, untied": ("LlamaConfig", dict(COMMON)),
    "Llama 3": ("LlamaConfig", dict(COMMON, rope_parameters=LLAMA3, tie_word_embeddings=True)),
    "Llama, all biases, one key-value head, linear RoPE, wide heads": (
        "LlamaConfig",
        dict(
            COMMON,
            attention_bias=True,
            mlp_bias=True,
            num_key_value_heads=1,
            head_dim=12,
            rope_parameters=dict(rope_type="linear", rope_theta=10000.0, factor=3.0),
        ),
    ),
    "Mistral": ("MistralConfig", dict(COMMON, sliding_window=6)),
    "Mistral without window": ("MistralConfig", dict(COMMON, sliding_window=None, head_dim=16)),
    "Qwen2": ("Qwen2Config", dict(COMMON, tie_word_embeddings=True)),
    "Qwen2, last layer slides": (
        "Qwen2Config",
        dict(COMMON, use_sliding_window=True, sliding_window=6, max_window_layers=2),
    ),
    "Qwen3": ("Qwen3Config", dict(COMMON, head_dim=16)),
    "Gemma 2": ("Gemma2Config", dict(GEMMA, attn_logit_softcapping=4.0, final_logit_softcapping=6.0)),
    "Gemma 3": (
        "Gemma3TextConfig",
        dict(
            GEMMA,
            layer_types=["sliding_attention", "sliding_attention", "full_attention"],
            rope_parameters=dict(
                sliding_attention=dict(rope_type="default", rope_theta=100.0),
                full_attention=dict(rope_type="linear", rope_theta=10000.0, factor=8.0),
            ),
        ),
    ),
}

# A tied head after an embedding that is scaled up says one token for ever: greedy text would show nothing.
CHECKPOINTS |= {
    f"{name}, untied": (CHECKPOINTS[name][0], CHECKPOINTS[name][1] | dict(tie_word_embeddings=False))
    for name in ("Gemma 2", "Gemma 3")
}


def build(name: str, dtype: str = "float32", seed: int = 0) -> Any:
    """A random model with every parameter moved, so that no bias is zero and no scale one."""
    import torch
    import transformers

    kind, options = CHECKPOINTS[name]
    torch.manual_seed(seed)
    config = getattr(transformers, kind)(**options)
    model = transformers.AutoModelForCausalLM.from_config(config, attn_implementation="eager")
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model.to(getattr(torch, dtype)).eval()


def write(name: str, folder: Path, dtype: str = "float32", **options: Any) -> Any:
    """The same, saved into a folder."""
    model = build(name, dtype)
    model.save_pretrained(folder, **options)
    return model


def reread(folder: Path, dtype: str = "float32") -> Any:
    """What transformers makes of a folder; anything missing or unexpected in it fails."""
    import torch
    import transformers

    model, report = transformers.AutoModelForCausalLM.from_pretrained(
        folder, dtype=getattr(torch, dtype), attn_implementation="eager", output_loading_info=True
    )
    assert not any(report.values()), report
    return model.eval()


def lift_to_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the test ends, whatever asks for float32 gets float64: models read after this are float64 throughout."""
    import torch

    monkeypatch.setattr(torch, "float32", torch.float64)
    monkeypatch.setattr(torch, "float", torch.float64)
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)


def some_tokens(vocabulary: int = 61, shape: tuple[int, int] = (3, 24), seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, vocabulary, shape)


def logits(model: Any, tokens: np.ndarray) -> np.ndarray:
    """In float64, whatever the model's dtype."""
    import torch

    with torch.no_grad():
        return model(torch.tensor(tokens)).logits.double().numpy()


def agree(got: Any, expected: Any, relative: float) -> None:
    """Fail unless all numbers agree, relative to the largest expected one."""
    got, expected = np.asarray(got, np.float64), np.asarray(expected, np.float64)
    assert got.shape == expected.shape
    worst, largest = np.abs(got - expected).max(), np.abs(expected).max()
    assert worst <= relative * largest, f"off by {worst / largest:.2g} of the largest number, allowed {relative:.2g}"
