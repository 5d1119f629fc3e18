"""One load of a checkpoint, timed in this process without its imports: the child of ``benchmarks.lm_loading``."""

# pyright: reportMissingImports=false
from __future__ import annotations

import json
import os
import sys
import time

import numpy as np

from .resident import forget_peak, peak_resident

OURS, THEIRS = "subtheory", "transformers"


def main() -> None:
    """Load by whom the first argument names, from the folder that the second names; prints seconds and bytes."""
    who, folder = sys.argv[1:]
    load = {OURS: _ours, THEIRS: _theirs}[who]()
    forget_peak()
    before, start = peak_resident(), time.perf_counter()
    load(folder)
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": peak_resident() - before}))


def _ours():
    import jax

    import subtheory as st

    jax.devices()

    def load(folder: str) -> None:
        lm = st.lm.load(folder, "bfloat16", tokenizer=False)
        for leaf in jax.tree.leaves(lm.params):
            np.asarray(leaf).view(np.int16).sum(dtype=np.int64)

    return load


def _theirs():
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    import transformers

    kind = transformers.AutoModelForCausalLM  # its import is not timed

    def load(folder: str) -> None:
        model = kind.from_pretrained(folder, dtype=torch.bfloat16)
        for parameter in model.parameters():
            parameter.detach().view(torch.int16).numpy().sum(dtype=np.int64)

    return load
