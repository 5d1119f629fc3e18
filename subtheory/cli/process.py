"""What a command line sets for its own process, before anything is computed; the library never does."""

from __future__ import annotations

from typing import Literal

import jax

from .._compilation_cache import use_compilation_cache


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
