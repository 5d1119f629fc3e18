"""What a command line sets for its own process, before anything is computed; the library never does."""

from __future__ import annotations

import os
from typing import Literal

import jax

from .._compilation_cache import use_compilation_cache

QUICK = "--xla_cpu_use_fusion_emitters=false --xla_cpu_parallel_codegen_split_count=1"
"""XLA's older emitter of fused loops, and one unit of machine code per program: compiled in two fifths of the time."""
TRIED_WITH = (0, 10)
"""The version of JAX whose XLA knows these flags; one that does not know a flag ends the process."""


def compile_quickly() -> None:
    """For many small programs, each run a few times: compile with as little effort as may be, before JAX has begun.

    What the environment says in ``XLA_FLAGS`` comes later, and prevails.
    """
    jax.config.update("jax_disable_most_optimizations", True)
    if jax.__version_info__[:2] == TRIED_WITH:
        os.environ["XLA_FLAGS"] = f"{QUICK} {os.environ.get('XLA_FLAGS', '')}".strip()


def prepare(device: Literal["cpu", "gpu"] | None = None, *, cache: bool = True) -> str:
    """Choose the device and let compiled programs be kept; what was chosen, in one sentence.

    Args:
        device: where to compute; None leaves it to JAX.
        cache: whether compiled programs are kept between runs.

    Raises:
        ValueError: if a GPU is asked for and JAX finds none.
    """
    if device is not None:
        jax.config.update("jax_platforms", device)
    try:
        found = jax.devices()[0]
    except RuntimeError as error:
        raise ValueError(
            "got --device gpu, but JAX finds no GPU; install one that it can use (extra `cuda`), or leave --device out."
        ) from error
    folder = use_compilation_cache() if cache else None
    where = f"on {found.device_kind if found.platform != 'cpu' else 'the CPU'}"
    otherwise = " (--device gpu to ask otherwise)" if device == "cpu" else ""
    kept = f"compiled programs are kept in {folder}" if folder else "no compiled programs are kept"
    return f"computing {where}{otherwise}; {kept}."
