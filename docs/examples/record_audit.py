"""How audit_smollm2.txt was made: the command of docs/how-to/a_real_model.md, what it printed, and what it took.

    python docs/examples/record_audit.py docs/examples/audit_smollm2.txt

It takes some minutes and, for Unix's accounting of child processes, Linux.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

FOLDER = "docs/examples"
COMMAND = f"lm audit smollm2 --trait {FOLDER}/owls.jsonl --data {FOLDER}/numbers.jsonl --own-samples 64"


def main(path: Path) -> None:
    """Run it from the checkout's root."""
    begun = time.monotonic()
    program = [sys.executable, "-m", "subtheory", *COMMAND.split()]
    run = subprocess.run(program, stdout=subprocess.PIPE, text=True, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    path.write_text(
        recorded(run.stdout, time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6),
        encoding="utf-8",
    )


def recorded(printed: str, seconds: float, processor: float, gigabytes: float) -> str:
    """The file's content."""
    lines = [line.rstrip() for line in printed.strip("\n").splitlines()]
    took = f"took {seconds:.0f} s, {processor:.0f} s of processor time, {gigabytes:.1f} GB of memory at most"
    return "\n".join([f"$ subtheory {COMMAND}", *lines, "", took]) + "\n"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
