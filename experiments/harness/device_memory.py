"""What the devices of this process tell of their memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SHARE = 0.8
"""Of the memory that is left: the rest is for what no compiler counts, such as fragments and libraries' own buffers."""


def room(devices: Sequence[Any]) -> int | None:
    """Bytes that a program may take on every one of the devices: a share of what is left on the fullest.

    Args:
        devices: JAX's; ``bytes_limit`` is what JAX may take, three quarters of a GPU unless the environment says other.

    Returns:
        the bytes; None if a device does not tell.
    """
    left = [_left(device) for device in devices]
    told = [one for one in left if one is not None]
    return int(SHARE * max(0, min(told))) if len(told) == len(left) else None


def _left(device: Any) -> int | None:
    try:
        told = device.memory_stats() or {}
    except (RuntimeError, NotImplementedError):  # a platform that keeps no account
        return None
    limit = told.get("bytes_limit")
    return limit - told.get("bytes_in_use", 0) if limit else None
