"""The machine that computed: processor, cores, threads and the flags of the compiler; no host name, no path."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

_FLAG = re.compile(r"--xla_[\w-]+(=[\w.-]+)?")


def machine() -> dict[str, Any]:
    """What may change the last digits of a result beside versions and device.

    Returns:
        processor (its model, where the system tells), architecture, cores (of the machine), usable cores (of this
        process) and xla_flags (those of XLA_FLAGS without paths).
    """
    cores = os.cpu_count()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    return {
        "processor": _processor(),
        "architecture": platform.machine(),
        "cores": cores,
        "usable_cores": usable,
        "xla_flags": [found.group(0) for found in _FLAG.finditer(os.environ.get("XLA_FLAGS", ""))],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or "unknown"
