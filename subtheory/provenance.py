"""Where numbers come from: configuration, seeds, versions, device, precision and commit; no path, no host name."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ._version import __version__

_FLAG = re.compile(r"--xla_[\w-]+(=[\w.-]+)?")
"""Flags of XLA without paths."""

SEED_DERIVATION = (
    "the key of one draw is fold_in(key(seed), crc32(purpose)), then fold_in with each further index; "
    "it depends on its own seed alone"
)


def plain_config(config: object) -> dict[str, Any]:
    """A configuration as JSON knows it: a dataclass or mapping of numbers, words, None, sequences and mappings.

    Args:
        config: an instance of a dataclass, or a mapping.

    Raises:
        ValueError: if it is neither, or holds something that JSON cannot keep exactly.

    >>> plain_config({"widths": (64, 64)})
    {'widths': [64, 64]}
    """
    if dataclasses.is_dataclass(config) and not isinstance(config, type):
        config = dataclasses.asdict(config)
    if not isinstance(config, Mapping):
        raise ValueError(f"the configuration is a {type(config).__name__}; expected a dataclass instance or a mapping.")
    try:
        return json.loads(json.dumps(dict(config), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"the configuration cannot be written as JSON ({error}); expected finite numbers, words, None, sequences "
            "and mappings."
        ) from error


def config_hash(config: object) -> str:
    """SHA-256 of the configuration's canonical JSON (sorted keys), in hexadecimal."""
    return hashlib.sha256(json.dumps(plain_config(config), sort_keys=True).encode()).hexdigest()


def provenance(config: object, seeds: Iterable[int], wall_seconds: float | None = None) -> dict[str, Any]:
    """What a record says about its making, as a JSON-able dictionary.

    Args:
        config: the configuration, a dataclass instance or mapping.
        seeds: the seeds that were run.
        wall_seconds: how long the computing took, in seconds.

    Returns:
        The keys config, config_hash, seeds, seed_derivation, versions, device, machine (processor, cores, XLA's flags),
        dtype (of JAX's default float), git
        (commit and dirty; both None outside a checkout) and wall_seconds.

    Raises:
        ValueError: if the configuration cannot be written as JSON.
    """
    return {
        "config": plain_config(config),
        "config_hash": config_hash(config),
        "seeds": [int(seed) for seed in seeds],
        "seed_derivation": SEED_DERIVATION,
        "versions": versions(),
        "device": _device(),
        "machine": _machine(),
        "dtype": default_dtype(),
        "git": git_state(Path(__file__).resolve().parent),
        "wall_seconds": wall_seconds,
    }


def versions() -> dict[str, str]:
    """The versions of Python and of the packages that decide the numbers."""
    from importlib import metadata

    found = {"python": platform.python_version(), "subtheory": __version__}
    for package in ("jax", "jaxlib", "numpy", "scipy", "optax", "flax"):
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            found[package] = "not installed"
    return found


def default_dtype() -> str:
    """The floating-point type that JAX gives to new arrays in this process: float32 or float64."""
    import jax.numpy as jnp

    return str(jnp.result_type(float))


def git_state(folder: Path) -> dict[str, Any]:
    """Commit of the checkout that tracks the source in ``folder``, and whether source beside it differs from it.

    Args:
        folder: a folder of source files.

    Returns:
        ``{"commit": None, "dirty": None}`` where there is no git, no checkout, or the folder is not tracked by it (a
        package installed into an environment that lies inside somebody's repository).
    """

    def git(*arguments: str) -> str:
        return subprocess.run(
            ("git", "-C", str(folder), *arguments),
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
        ).stdout.strip()

    try:
        if not git("ls-files", "--", "."):
            return {"commit": None, "dirty": None}
        commit = git("rev-parse", "HEAD")
        changes = git("status", "--porcelain", "--", ":/*.py")
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "dirty": None}
    return {"commit": commit, "dirty": bool(changes)}


def _device() -> dict[str, Any]:
    import jax

    devices = jax.devices()
    return {"platform": devices[0].platform, "kind": devices[0].device_kind, "count": len(devices)}


def _machine() -> dict[str, Any]:
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
