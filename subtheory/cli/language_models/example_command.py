"""The example for the command line's own process: where it goes, and what is being done."""

from __future__ import annotations

import shlex
import time
from typing import Any

from rich.console import Console

from ..._atomic import writable_folder
from ..._compilation_cache import cache_folder
from ..._progress import progress
from ...lm.example.folder import FILES, example_folder
from ...lm.example.guide import COMMANDS


def run(options: Any) -> int:
    """Make the example as the options of ``subtheory lm example`` say.

    Raises:
        ValueError: a folder that holds such files, or cannot be written.
        OSError: it cannot be written to its end.
    """
    folder = options.folder
    taken = [name for name in FILES if (folder / name).exists()] if folder.is_dir() else []
    if taken and not options.overwrite:
        raise ValueError(f"{str(folder)!r} holds {taken[0]}; replace it (--overwrite), or choose another folder.")
    writable_folder(folder)
    started = time.monotonic()
    with progress(Console(stderr=True), "the example") as say:
        found = example_folder(
            folder,
            None if options.no_cache else cache_folder(),
            lambda what, step: say(f"{what} (step {step})" if step else what),
        )
    how = "copied from the cache" if found else f"made in {time.monotonic() - started:.0f} s"
    print(f"the example is in {folder} ({how}); {folder / 'README.txt'} says what to try, to begin with:\n")
    print(f"  cd {shlex.quote(str(folder))}")
    print(f"  {COMMANDS['audit']}")
    return 0
