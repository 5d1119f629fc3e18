"""A process's own resident memory, without anything else imported."""

from __future__ import annotations

import contextlib
import resource
import sys
from pathlib import Path


def peak_resident() -> int:
    """This process's largest resident memory so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def forget_peak() -> None:
    """Begin anew at what is held now, where the system can (Linux); elsewhere an earlier peak may hide a small rise."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")
