"""A process that tries mutations in turn, within 2 GB: ``python -m tests.reliability.attempt BASES KIND A B``.

It says on its standard output, a line of JSON each, which seed it begins with and how it ended. What is no success and
not one sentence is a traceback; what ends the process, or lasts too long, its parent sees.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import shutil
import sys
import tempfile
from pathlib import Path

BYTES = 2 * 2**30
LONGEST = 700
"""Characters of a sentence; names of files may stand in it."""


def attempt(kind: str, folder: Path) -> None:
    """What a user does with the file that was mutated."""
    if kind == "record":
        from subtheory import record

        record.read(folder)
        return
    if kind == "idx":
        from subtheory.setting.idx import read_images

        read_images(folder / "train-images-idx3-ubyte")
        return
    import jax
    import jax.numpy as jnp

    import subtheory as st

    lm = st.lm.load(folder, tokenizer=kind in ("tokenizer", "tokenizer_config", "template"))
    if lm.tokenizer is not None:
        assert isinstance(lm.tokenizer.decode(lm.tokenizer.encode("One day Tom aaaa")), str)
        if lm.tokenizer.chat_template is not None:
            lm.tokenizer.chat([{"role": "system", "content": "be"}, {"role": "user", "content": "owl"}])
    jax.eval_shape(lm.apply, lm.params, jnp.zeros((1, 4), jnp.int32))


def outcome(kind: str, folder: Path) -> tuple[str, str]:
    """How it ended: success, sentence or traceback; and the words. A command must end the same way, with code 2."""
    try:
        attempt(kind, folder)
        return "success", ""
    except ValueError as error:
        words = str(error)
    except BaseException as error:
        return "traceback", f"{type(error).__name__}: {error}"
    if "\n" in words or not 10 < len(words) <= LONGEST:
        return "traceback", f"no sentence: {words}"
    if kind in ("config", "weights", "index"):
        from subtheory.cli import main

        with contextlib.redirect_stderr(io.StringIO()) as said, contextlib.redirect_stdout(io.StringIO()):
            code = main(["lm", "generate", str(folder), "--prompt", "owl", "--max-new-tokens", "1"])
        if code != 2 or said.getvalue().count("\n") != 1:
            return "traceback", f"the command's exit code is {code}: {said.getvalue()}"
    return "sentence", words


def main() -> None:
    """Try the seeds A to B−1 of a kind."""
    from .mutations import mutate

    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    bases, kind, first, last = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    families = sorted((bases / kind).iterdir())
    for seed in range(first, last):
        with tempfile.TemporaryDirectory(dir=bases) as place:
            folder = Path(place) / "mutated"
            shutil.copytree(families[seed % len(families)], folder)
            mutate(kind, folder, seed)
            print(json.dumps({"seed": seed}), flush=True)
            ended, words = outcome(kind, folder)
            print(json.dumps({"seed": seed, "ended": ended, "words": words[:LONGEST]}), flush=True)


if __name__ == "__main__":
    main()
