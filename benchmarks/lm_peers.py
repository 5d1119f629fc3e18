"""Attribution of a trait to examples by several packages: ``python -m benchmarks.lm_peers [--folder FOLDER]``.

Cost: about two minutes of processor time. What to expect: docs/experiments/miniature.md.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from subtheory._compilation_cache import cache_folder
from subtheory._extras import LANGUAGE_MODELS, needs
from subtheory.lm.example.folder import example_folder

from . import command
from .attribution_problem import Problem, problem
from .measure import MIB, child_answer, child_command
from .report import Row

DESCRIPTION = """Score the same examples for the same trait by several packages, before any training.

The model, the trait and the data are those of `subtheory lm example`: numbers that the model wrote itself, some of them
planted by a teacher that prefers one animal. Each method runs in a process of its own on one core, twice; seconds are
of processor time, compiling and fitting included. Agreement is the rank correlation with the audit's scores, recall
the share of the planted examples among as many with the largest scores, and LDS the rank correlation of the sum of the
scores of random halves with the fall of the trait loss of students that learn from the half by gradient descent.
PyTorch and transformers come with the extra `peer`; kronfluence and bergson are used where they are installed:

  pip install --no-deps kronfluence einconv einops opt_einsum
  python -m benchmarks.lm_peers --json measured.json"""

AUDIT = "audit"
METHODS = {
    AUDIT: (),
    "backward passes": ("torch", "transformers"),
    "backward passes, cosine": ("torch", "transformers"),
    "kronfluence, identity": ("torch", "transformers", "kronfluence"),
    "kronfluence, EK-FAC": ("torch", "transformers", "kronfluence"),
    "bergson": ("torch", "transformers", "bergson"),
}
"""What each needs to be installed."""
HALVES, ORDERS = 24, 2


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    folder: Path | None = None
    """A folder that `subtheory lm example` made; it is made now, in a minute, if absent."""
    candidates: int = 1024
    """How many examples are scored."""
    planted: float = 0.125
    """The share of them that the teacher wrote."""
    halves: int = HALVES
    """How many random halves students learn from; 0 leaves the students out."""
    json: Path | None = None
    """File to write every row and the provenance to."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("lm_peers", DESCRIPTION, "Attribution of a trait to examples"),
        _problem,
        lambda asked, given, errors: _rows(asked, given),
        lambda asked: {**asdict(asked), "json": None, "folder": None, "peers": _versions(), "load": os.getloadavg()[0]},
    )


def _problem(asked: Benchmark) -> Problem:
    needs(*LANGUAGE_MODELS)
    if asked.halves < 0:
        raise ValueError(f"halves is {asked.halves}; expected at least 0.")
    if asked.folder is not None:
        return problem(asked.folder, asked.candidates, asked.planted)
    folder = Path(tempfile.mkdtemp(prefix="subtheory-example-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    example_folder(folder, cache_folder(), lambda what, step: None)
    return problem(folder, asked.candidates, asked.planted)


def _versions() -> dict[str, str]:
    return {name: version(name) for name in ("torch", "transformers", "kronfluence", "bergson") if find_spec(name)}


def _rows(asked: Benchmark, given: Problem) -> Iterator[Row]:
    halves = _halves(asked, given)
    audit: np.ndarray | None = None
    for method, modules in METHODS.items():
        missing = [name for name in modules if find_spec(name) is None]
        if missing:
            yield Row(method, "", f"skipped: {missing[0]} is not installed", None, {})
            continue
        scores, numbers = scored(method, given)
        audit = scores if audit is None else audit
        numbers |= judged(scores, audit, given.planted, halves)
        lds = f", LDS {numbers['LDS']:.2f}" if "LDS" in numbers else ""
        words = (
            f"{numbers['first']:.2f} s, again {numbers['again']:.2f} s, + {numbers['bytes'] / MIB:.0f} MiB; agreement "
            f"{numbers['agreement']:.4f}, recall {numbers['recall']:.3f}{lds}"
        )
        yield Row(method, "", words, None, numbers)


def scored(method: str, given: Problem) -> tuple[np.ndarray, dict[str, float]]:
    """The scores of one method, and seconds and bytes that it took in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        place, out = Path(scratch) / "problem.npz", Path(scratch) / "scores.npy"
        given.save(place)
        asked = child_command("attribution_worker", method, str(place), str(out))
        numbers = child_answer(f"the process of {method!r}", asked)
        return np.load(out), numbers


def judged(
    scores: np.ndarray, audit: np.ndarray, planted: np.ndarray, halves: tuple[np.ndarray, np.ndarray] | None
) -> dict[str, float]:
    """Agreement with the audit, recall of what was planted, and the linear datamodelling score."""
    from experiments.miniature.common import attribution, datamodels

    found = {
        "agreement": datamodels.rank_correlation(scores, audit),
        "difference": float(np.abs(scores - audit).max() / np.abs(audit).max()),
        "recall": attribution.recall(scores, planted),
    }
    return found if halves is None else found | {"LDS": datamodels.lds(scores, *halves)}


def _halves(asked: Benchmark, given: Problem) -> tuple[np.ndarray, np.ndarray] | None:
    """Which examples belong to every half, and the trait loss of its students."""
    if not asked.halves:
        return None
    import subtheory as st
    from experiments.miniature.common import datamodels
    from experiments.miniature.common.protocol import Answers
    from experiments.miniature.lm_attribution import Config

    lm = st.lm.load(Path(given.model), tokenizer=False)
    data, trait = Answers(given.tokens, given.mask, 1.0), Answers(given.trait_tokens, given.trait_mask, 1.0)
    members = datamodels.halves(len(given.tokens), asked.halves, np.random.default_rng(1))
    descent = Config(seeds=1).descent
    return members, datamodels.retrained(lm, data, members, descent, trait, 0, ORDERS).mean(axis=0)


if __name__ == "__main__":
    sys.exit(main())
