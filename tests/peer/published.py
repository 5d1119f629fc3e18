"""Published models by their config.json, scaled down: the ratios of shapes, the fields and their spelling are kept.

``shape`` is the published one; ``config`` is what config.json says besides, with the numbers that scale made small.
Sources: the config.json of each model on the Hugging Face Hub, as published by its authors; nothing is downloaded.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FIELDS = ("hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads", "head_dim")
LLAMA3 = dict(factor=32.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=16)
TOKENIZER, PIECES = "tokenizer.json, vocab.json + merges.txt", "tokenizer.json, tokenizer.model"


@dataclass(frozen=True)
class Published:
    """One model.

    Attributes:
        shape: published width, width of the perceptron, heads, heads of keys and values, width of a head.
        scale: by which widths are divided; heads by ``heads``.
        heads: by which numbers of heads are divided.
        config: everything else that bears on the numbers, spelt as the published file spells it.
        tokenizer: files of a tokenizer that the folder holds; tokenizer.json is what is read.
        newer: the same in the spelling of transformers 5, where the published file is older.
    """

    shape: tuple[int, int, int, int, int]
    scale: int
    heads: int
    config: dict[str, Any]
    tokenizer: str = TOKENIZER
    newer: dict[str, Any] = field(default_factory=dict)

    def raw(self, newer: bool = False) -> dict[str, Any]:
        """config.json of the small model, in the published spelling or the newer one."""
        width, inner, heads, shared, head = self.shape
        small = (width // self.scale, inner // self.scale, heads // self.heads, shared // self.heads,
                 head * self.heads // self.scale)  # fmt: skip
        raw = {
            **dict(zip(FIELDS, small, strict=True)), "vocab_size": 61, "num_hidden_layers": 2,
            "max_position_embeddings": 64, "bos_token_id": 1, "eos_token_id": 2, "initializer_range": 0.2,
            "torch_dtype": "bfloat16", **self.config,
        }  # fmt: skip
        if newer:
            for name in ("rope_theta", "rope_scaling", "rotary_emb_base", "rotary_pct", "rope_local_base_freq"):
                raw.pop(name, None)
            raw["dtype"] = raw.pop("torch_dtype")
            raw |= self.newer
        return raw


def _rope(base: float, **more: Any) -> dict[str, Any]:
    return {"rope_parameters": {"rope_type": "default", "rope_theta": base, **more}}


def _llama_like(family: str, base: float, **more: Any) -> dict[str, Any]:
    return {"model_type": family, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": base, **more}


GEMMA = {"hidden_activation": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "sliding_window": 6}

PUBLISHED: dict[str, Published] = {
    "Llama-3.2-1B": Published(
        (2048, 8192, 32, 8, 64), 64, 8,
        _llama_like("llama", 500000.0, rope_scaling={"rope_type": "llama3", **LLAMA3}, tie_word_embeddings=True),
        "tokenizer.json", {"rope_parameters": {"rope_type": "llama3", "rope_theta": 500000.0, **LLAMA3}},
    ),
    "TinyLlama-1.1B": Published(
        (2048, 5632, 32, 4, 64), 64, 4, _llama_like("llama", 10000.0, rope_scaling=None, tie_word_embeddings=False),
        PIECES, _rope(10000.0),
    ),
    "SmolLM2-135M": Published(
        (576, 1536, 9, 3, 64), 24, 3,
        _llama_like("llama", 100000.0, tie_word_embeddings=True, rope_interleaved=False), TOKENIZER, _rope(100000.0),
    ),
    "Qwen2.5-0.5B": Published(
        (896, 4864, 14, 2, 64), 16, 2,
        _llama_like("qwen2", 1000000.0, tie_word_embeddings=True, use_sliding_window=False, sliding_window=32768,
                    max_window_layers=24), TOKENIZER, _rope(1000000.0),
    ),
    "Qwen2.5-7B": Published(
        (3584, 18944, 28, 4, 128), 64, 4,
        _llama_like("qwen2", 1000000.0, tie_word_embeddings=False, use_sliding_window=False, sliding_window=131072,
                    max_window_layers=28), TOKENIZER, _rope(1000000.0),
    ),
    "Qwen3-0.6B": Published(
        (1024, 3072, 16, 8, 128), 32, 4,
        _llama_like("qwen3", 1000000.0, tie_word_embeddings=True, attention_bias=False, use_sliding_window=False,
                    sliding_window=None, max_window_layers=28), TOKENIZER, _rope(1000000.0),
    ),
    "Mistral-7B-v0.1": Published(
        (4096, 14336, 32, 8, 128), 128, 8,
        _llama_like("mistral", 10000.0, sliding_window=6, tie_word_embeddings=False), PIECES, _rope(10000.0),
    ),
    "Mistral-7B-v0.3": Published(
        (4096, 14336, 32, 8, 128), 128, 8,
        _llama_like("mistral", 1000000.0, sliding_window=None, tie_word_embeddings=False), PIECES, _rope(1000000.0),
    ),
    "Pythia-70m": Published(
        (512, 2048, 8, 8, 64), 16, 2,
        {"model_type": "gpt_neox", "hidden_act": "gelu", "layer_norm_eps": 1e-5, "rotary_emb_base": 10000,
         "rotary_pct": 0.25, "use_parallel_residual": True, "tie_word_embeddings": False},
        "tokenizer.json", _rope(10000.0, partial_rotary_factor=0.25),
    ),
    "Gemma-2-2b": Published(
        (2304, 9216, 8, 4, 256), 64, 2,
        {"model_type": "gemma2", **GEMMA, "query_pre_attn_scalar": 256, "attn_logit_softcapping": 50.0,
         "final_logit_softcapping": 30.0}, PIECES, _rope(10000.0),
    ),
    "Gemma-3-1b": Published(
        (1152, 6912, 4, 1, 256), 32, 1,
        {"model_type": "gemma3_text", **GEMMA, "query_pre_attn_scalar": 256, "sliding_window_pattern": 2,
         "rope_theta": 1000000.0, "rope_local_base_freq": 10000.0, "rope_scaling": None}, PIECES,
        {"rope_parameters": {
            "full_attention": {"rope_type": "default", "rope_theta": 1000000.0},
            "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
         }, "layer_types": ["sliding_attention", "full_attention"]},
    ),
}  # fmt: skip


def table() -> str:
    """The table of docs/models.md: what the tests go through, and nothing else."""
    lines = [
        "| model | `model_type` | tokenizer | spellings of RoPE | loads | logits agree |",
        "|---" * 6 + "|",
    ]
    for name, one in PUBLISHED.items():
        spoken = [key for key in ("rope_theta", "rope_scaling", "rotary_emb_base", "rotary_pct", "rope_local_base_freq")
                  if one.config.get(key) is not None]  # fmt: skip
        spelt = ", ".join(f"`{key}`" for key in spoken)
        lines.append(
            f"| {name} | `{one.config['model_type']}` | {one.tokenizer} | {spelt}; `rope_parameters` | yes | yes |"
        )
    pictures = "`gemma3`, pictures | as Gemma-3-1b | in `text_config`"
    lines.append(f"| Gemma-3-1b within a model for pictures | {pictures} | its text part | yes |")
    return "\n".join(lines)
