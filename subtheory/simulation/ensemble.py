"""Many seeds of one experiment in one compiled program, with memory that does not grow with their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jaxtyping import PyTree


def over_seeds(experiment: Callable[[Any], Any], keys: PyTree, together: int = 1) -> Any:
    """Run ``experiment`` for every seed: one after another, or a fixed number of seeds at a time.

    A seed's numbers depend on its own keys alone, never on how many seeds run or run together (up to the rounding of
    batched products). One at a time is fastest where one seed's products fill the machine: on two CPU
    cores, four networks of the paper's size mapped together take the processor time of four single ones, and four
    times their memory.

    Args:
        experiment: the keys of one seed ↦ its results, arrays; it draws all it needs (noise too) from these keys.
        keys: a tree of key arrays ``[seeds]``.
        together: seeds computed at once; it alone decides the memory.

    Returns:
        the results, stacked over seeds.

    Raises:
        ValueError: if ``together`` is below 1.
    """
    if together < 1:
        raise ValueError(f"together is {together}; expected at least 1 seed at a time.")
    return jax.lax.map(experiment, keys, batch_size=None if together == 1 else together)
