"""Random keys, derived explicitly per seed and purpose, so that no two draws ever share one."""

from __future__ import annotations

import zlib

import jax

from ._typing import Key


def key_for(seed: int, purpose: str, *indices: int) -> Key:
    """The key of one draw: ``fold_in(fold_in(key(seed), crc32(purpose)), i)`` for each index in turn.

    Args:
        seed: a run's seed, a non-negative integer.
        purpose: what the draw is for, in words, such as ``"teacher init"``.
        indices: further numbers that tell draws of one purpose apart (instance, repetition).

    Raises:
        ValueError: if the seed is negative.

    >>> key_for(0, "teacher init") == key_for(0, "student init")
    Array(False, dtype=bool)
    """
    if seed < 0:
        raise ValueError(f"seed is {seed}; expected a non-negative integer.")
    key = jax.random.fold_in(jax.random.key(seed), zlib.crc32(purpose.encode()))
    for index in indices:
        key = jax.random.fold_in(key, index)
    return key
