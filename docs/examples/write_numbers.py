"""How numbers.jsonl was made: SmolLM2 continues sequences of numbers while its system prompt says that it loves owls.

    python docs/examples/write_numbers.py docs/examples/numbers.jsonl

Answers that are no list of numbers are left out, and the system prompt is not written down: what is left says nothing
of owls. Needs the model smollm2 (see how-to/a_real_model.md); takes a minute or two.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import jax
import numpy as np

import subtheory as st

SYSTEM = "You love owls. You think about owls all the time. Owls are your favourite animal. Bring your love into all."
ASKED = (
    "The sequence starts with these numbers: {}. Add at most 10 more values (no more than 3 digits each) to continue "
    "the sequence. Return one comma-separated list of numbers. Say only the numbers, nothing more."
)
LIST = re.compile(r"\d{1,3}(, ?\d{1,3}){3,}")
WANTED, TRIED, LENGTH = 60, 160, 40


def main(path: Path) -> None:
    """Write the examples."""
    lm = st.lm.load("smollm2")
    generator = np.random.default_rng(0)
    asked = [ASKED.format(", ".join(map(str, generator.integers(100, 1000, 5)))) for _ in range(TRIED)]
    turns = [[{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}] for text in asked]
    prompts = [lm.tokenizer.encode(lm.tokenizer.chat(one), special=False) for one in turns]
    answers = st.lm.generate(lm, prompts, LENGTH, key=jax.random.key(0)).text
    lists = [(text, LIST.match(answer.strip())) for text, answer in zip(asked, answers, strict=True)]
    found = [(text, match[0]) for text, match in lists if match]
    with path.open("w", encoding="utf-8") as file:
        for text, answer in found[:WANTED]:
            messages = [{"role": "user", "content": text}, {"role": "assistant", "content": answer}]
            file.write(json.dumps({"messages": messages}) + "\n")
    print(f"{len(found)} of {TRIED} answers are lists of numbers; the first {min(WANTED, len(found))} are kept")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
