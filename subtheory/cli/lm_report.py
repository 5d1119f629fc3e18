"""``subtheory lm report``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import tyro


@dataclass(frozen=True)
class Report:
    """Write an audit as one HTML page.

    It says the verdict in words, and shows the tests, where in the model the trait's direction lies, how the scores of
    data and control are spread, and the most and least transmitting examples, their tokens shaded by score.

    Exit code: 0, 2 for bad usage, 1 if the page cannot be written.

    For example:

      subtheory lm audit MODEL --trait owls.jsonl --data stories.jsonl --json audit.json

      subtheory lm report audit.json --out audit.html
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    audit: Annotated[Path, tyro.conf.Positional]
    """What --json of an audit wrote."""
    out: Path | None = None
    """The page; beside the audit's file, with the ending .html, if absent."""
    overwrite: bool = False
    """Replace it."""

    def run(self) -> int:
        """Write the page; the exit code."""
        from .language_models import report_command  # only now, so that --help and bad usage answer at once

        return report_command.run(self)
