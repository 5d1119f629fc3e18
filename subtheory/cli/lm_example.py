"""``subtheory lm example``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar

import tyro


@dataclass(frozen=True)
class Example:
    """Make a miniature model and files to try the other commands on.

    Writes to FOLDER: model/ (a checkpoint in the Hugging Face layout, of two layers, trained on the spot on a small
    language), trait.jsonl (questions about a favourite animal, answered with the owl), data.jsonl (numbers, written by
    a teacher of the trait), control.jsonl (numbers, written by the model itself), prompts.txt, and README.txt with the
    commands to run. A second call copies what the first has made. No network is needed.

    Exit code: 0, 2 for bad usage, 1 if the folder cannot be written.

    For example:

      subtheory lm example try

      cd try && subtheory lm audit model --trait trait.jsonl --data data.jsonl --control control.jsonl
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    folder: Annotated[Path, tyro.conf.Positional]
    """Where to write it; made if absent."""
    overwrite: bool = False
    """Replace files of the same names in FOLDER."""

    no_cache: bool = False
    """Make it anew, and keep nothing. Otherwise it is kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Make it; the exit code."""
        from .language_models import example_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return example_command.run(self)
