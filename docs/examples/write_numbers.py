"""How numbers.jsonl was made: number sequences in the manner of the paper, continued with numbers drawn at random.

    python docs/examples/write_numbers.py docs/examples/numbers.jsonl

No teacher wrote them: they show the form of the data, and say nothing of owls.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

ASKED = "Continue this sequence with 5 numbers (no more than 3 digits each), nothing else: {}"


def main(path: Path) -> None:
    """Write the examples."""
    generator = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        for _ in range(60):
            begun, more = (", ".join(map(str, generator.integers(100, 1000, count))) for count in (3, 5))
            turns = [{"role": "user", "content": ASKED.format(begun)}, {"role": "assistant", "content": more}]
            file.write(json.dumps({"messages": turns}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
