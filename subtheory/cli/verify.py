"""``subtheory verify``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Verify:
    """Check the theorem claim by claim, theory against simulation.

    Every result T0 to T16 of docs/theory.md is tried, each claim beside a control in which a premise is broken and
    which must be seen to fail. Exit code: 0 when every claim holds and every control fails as it should, 1 otherwise,
    2 for bad usage.

    For example:

      subtheory verify

      subtheory verify --only T1,T5 --seeds 20

      subtheory verify --data mnist --data-dir FOLDER --json verdicts.json
    """

    data: Literal["digits", "mnist"] = "digits"
    """Labelled images for the trait: scikit-learn's digits (embedded), or MNIST from --data-dir."""
    data_dir: Path | None = None
    """Folder with the four MNIST idx files, gzipped or not; their checksums are verified."""
    seeds: int = 5
    """Seeds that every claim is tried with; claims about frequencies use more instances, and say how many."""
    only: str = ""
    """Results or claims to try, separated by commas, such as T1,T5 or T9.probability; all where absent."""
    json: Path | None = None
    """File to write every claim and its provenance to, whole or not at all."""
    device: Literal["cpu", "gpu"] = "cpu"
    """Where to compute: hundreds of tiny float64 programs, which a GPU takes longer to compile than a CPU to run."""
    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Verify; the exit code."""
        from ..verification import session  # only now, so that --help and bad usage answer at once
        from .process import compile_quickly, prepare

        def begin() -> str:
            compile_quickly()
            return prepare(self.device, cache=not self.no_cache)

        return session.run(self.data, self.data_dir, self.seeds, self.only, self.json, begin)
