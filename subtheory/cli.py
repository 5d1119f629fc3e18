"""The command line: ``subtheory verify``."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import tyro


@dataclass(frozen=True)
class Verify:
    """Check the gradient-alignment theorem claim by claim, theory against simulation, on real data.

    Every result T0 to T13 of docs/theory.md is tried, each claim beside a control in which a premise is broken and
    which must be seen to fail. Exit code: 0 when every claim holds and every control fails as it should, 1 otherwise,
    2 for bad usage.

    Examples:
    "subtheory verify";
    "subtheory verify --only T1,T5 --seeds 20";
    "subtheory verify --data mnist --data-dir FOLDER --json verdicts.json".
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


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake costs one sentence and exit code 2."""
    command = tyro.extras.subcommand_cli_from_dict(
        {"verify": Verify}, prog="subtheory", description=_DESCRIPTION, args=arguments
    )
    # only now, so that --help and bad usage answer at once
    from .verification.session import run

    try:
        return run(
            data=command.data, folder=command.data_dir, seeds=command.seeds, only=command.only, report=command.json
        )
    except ValueError as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("subtheory: interrupted; nothing was written.", file=sys.stderr)
        return 130


_DESCRIPTION = (
    "Theory-first simulation of subliminal learning: verify the gradient-alignment theorem "
    "(Cloud, Le et al., arXiv 2507.14805)."
)

if __name__ == "__main__":
    sys.exit(main())
