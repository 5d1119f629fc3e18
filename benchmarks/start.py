"""How fast it starts: processor time beside that of ``import jax``, and a second ``subtheory verify`` beside the first.

    python -m benchmarks.start [--repeats 5] [--verify 2]

Every ratio is taken between processes that ran in turn on the same machine; the median and the range over repeats.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PYTHON = sys.executable
STARTS = {
    "import subtheory": (PYTHON, "-c", "import subtheory"),
    "import subtheory, and all of its public names": (
        PYTHON, "-c", "import subtheory as st; [getattr(st, name) for name in dir(st) if name != 'lm']",
    ),
    "subtheory --help": (PYTHON, "-m", "subtheory", "--help"),
    "subtheory lm --help": (PYTHON, "-m", "subtheory", "lm", "--help"),
    "python -m experiments list": (PYTHON, "-m", "experiments", "list"),
}  # fmt: skip
JAX = (PYTHON, "-c", "import jax")


def measure(command: tuple[str, ...], **environment: str) -> tuple[float, float]:
    """Wall seconds and processor seconds of one process and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime


def line(what: str, ratios: list[float]) -> None:
    """One row: the median ratio and its range."""
    print(f"{what:48} {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def main() -> None:
    """Print all ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="of every start")
    parser.add_argument("--verify", type=int, default=2, help="pairs of a first and a second subtheory verify")
    options = parser.parse_args()
    print("processor time, as a multiple of import jax")
    for what, command in STARTS.items():
        line(what, [measure(command)[1] / measure(JAX)[1] for _ in range(options.repeats)])
    print("the second run beside the first, a new cache for every pair")
    wall, processor = [], []
    for _ in range(options.verify):
        folder = tempfile.mkdtemp()
        environment = {"SUBTHEORY_CACHE": folder, "JAX_COMPILATION_CACHE_DIR": ""}
        first = measure((PYTHON, "-m", "subtheory", "verify"), **environment)
        second = measure((PYTHON, "-m", "subtheory", "verify"), **environment)
        print(f"  first {first[0]:.0f} s ({first[1]:.0f} s of processor), second {second[0]:.0f} s ({second[1]:.0f} s)")
        wall.append(second[0] / first[0])
        processor.append(second[1] / first[1])
        shutil.rmtree(folder)
    line("subtheory verify, wall", wall)
    line("subtheory verify, processor", processor)


if __name__ == "__main__":
    main()
