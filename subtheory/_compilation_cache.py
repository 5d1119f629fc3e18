"""Compiled programs kept between runs of a command line, never on import: JAX's own cache, in a bounded folder."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import filelock
import platformdirs

ENVIRONMENT = "SUBTHEORY_CACHE"
LARGEST = 2**27
"""Bytes; what was used longest ago makes room. JAX looks through the whole folder for every program that it adds."""
LONGEST_WAIT = 10.0
"""Seconds to wait for another process's lock."""
_SUFFIXES = ("-cache", "-atime")


def cache_folder() -> Path:
    """Where this package keeps what can be made again: ``SUBTHEORY_CACHE``, or the platform's folder for caches."""
    named = os.environ.get(ENVIRONMENT)
    return Path(named) if named else platformdirs.user_cache_path("subtheory")


def use_compilation_cache() -> Path | None:
    """Let this process's JAX keep and find compiled programs; only a command line, which owns its process, does this.

    Several processes may use the folder at once: JAX reads, writes and bounds it under one lock. A folder belongs to
    one kind of processor, for a program that was compiled for another may not run. Where the environment already names
    a cache (``JAX_COMPILATION_CACHE_DIR``), that one stays.

    Returns:
        the folder; None where it cannot be written, and nothing is kept.
    """
    import jax

    already = jax.config.values["jax_compilation_cache_dir"]
    if already:
        return Path(already)
    folder = cache_folder() / "compiled" / _processor()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mend(folder)
    except OSError:  # filelock's Timeout is one
        return None
    jax.config.update("jax_compilation_cache_dir", str(folder))
    jax.config.update("jax_compilation_cache_max_size", LARGEST)
    jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.0)
    jax.config.update("jax_persistent_cache_min_entry_size_bytes", -1)
    return folder


def mend(folder: Path) -> None:
    """Throw away what a process that was killed while it wrote has left: half a program, or one without its time stamp.

    JAX writes a program and then the time of its last use, under a lock. It never replaces half a program, and writes
    nothing more into a folder in which a time is missing.

    Raises:
        OSError: the folder cannot be written, or another process holds its lock for too long.
    """
    with filelock.FileLock(folder / ".lockfile", timeout=LONGEST_WAIT):
        programs, times = ({path.name.removesuffix(end) for path in folder.glob(f"*{end}")} for end in _SUFFIXES)
        for name in programs ^ times:
            for end in _SUFFIXES:
                (folder / f"{name}{end}").unlink(missing_ok=True)


def _processor() -> str:
    """A short name of this machine's kind of processor and of what it can do."""
    words = [platform.system(), platform.machine(), platform.processor()]
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        words += [next((line for line in lines if line.startswith(start)), "") for start in ("model name", "flags")]
    except OSError:
        pass
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:12]
