"""Whether a model can be held at all, by arithmetic, before anything is allocated."""

from __future__ import annotations

import os

import jax.numpy as jnp

from ..decoder.config import DecoderConfig
from ..decoder.parameters import parameter_count


def machine_memory() -> int | None:
    """Bytes of memory of this machine; None where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def check_memory(config: DecoderConfig, dtype: jnp.dtype) -> None:
    """Raise where the parameters alone would not fit into this machine.

    Raises:
        ValueError: more bytes of parameters than the machine has, with what would help.
    """
    needed, held = parameter_count(config) * jnp.dtype(dtype).itemsize, machine_memory()
    if held is not None and needed > held:
        raise ValueError(
            f"the model's parameters need {needed / 1e9:.3g} GB in {jnp.dtype(dtype).name}, and this machine has "
            f"{held / 1e9:.3g} GB; expected fewer: take a smaller model, dtype='bfloat16', or place= several devices."
        )
