"""The same checkpoint in PyTorch, eager, as ``transformers`` loads it: the peer of ``benchmarks.lm``."""

# pyright: reportMissingImports=false
from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def pretrained(folder: Path | str) -> Any:
    """A checkpoint as ``transformers`` loads it, in float32; nothing is downloaded."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    return transformers.AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()


class Peer:
    """Forward pass, gradient and greedy generation of a checkpoint's folder, in float32."""

    def __init__(self, folder: Path) -> None:
        """Load it; nothing is downloaded."""
        import torch

        self.torch = torch
        self.model: Any = pretrained(folder)

    def forward(self, tokens: np.ndarray) -> Callable[[], Any]:
        """The logits of a batch, without keeping anything for a gradient."""
        batch = self.torch.tensor(tokens)

        def run() -> Any:
            with self.torch.no_grad():
                return self.model(batch, use_cache=False).logits

        return run

    def gradient(self, tokens: np.ndarray) -> Callable[[], Any]:
        """The gradient of the next-token cross-entropy in all parameters."""
        batch = self.torch.tensor(tokens)
        parameters = list(self.model.parameters())

        def run() -> Any:
            logits = self.model(batch, use_cache=False).logits[:, :-1]
            cross_entropy = self.torch.nn.functional.cross_entropy
            loss = cross_entropy(logits.reshape(-1, logits.shape[-1]), batch[:, 1:].reshape(-1))
            return self.torch.autograd.grad(loss, parameters)

        return run

    def generation(self, prompts: Sequence[Sequence[int]], count: int) -> Callable[[], Any]:
        """``count`` further tokens of every prompt, all prompts of one length and in one batch, none ended early."""
        batch = self.torch.tensor(prompts)
        options = dict(do_sample=False, max_new_tokens=count, min_new_tokens=count, pad_token_id=0)

        def run() -> Any:
            whole = self.model.generate(batch, attention_mask=self.torch.ones_like(batch), **options)
            return whole[:, batch.shape[1] :].numpy()

        return run
