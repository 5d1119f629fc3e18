"""The command line of the figures: ``python -m paper_figures [NAME …] [--records DIR] [--out DIR]``."""

from __future__ import annotations

import argparse
import difflib
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from . import ACROSS, NAMES
from .reading import COMMITTED, Record, RecordError, read

OK, FAILED, BAD_USAGE = 0, 1, 2
FIGURES = (*NAMES, *ACROSS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figures that are asked for, all of them if none is named.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        0, or 1 if a file cannot be written, 2 on an unknown name or a record that is missing or damaged.
    """
    parser = argparse.ArgumentParser(prog="python -m paper_figures", description="Draw figures from records.")
    known = ", ".join(FIGURES)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which figures; all if none: {known}")
    parser.add_argument("--records", type=Path, default=COMMITTED, help="folder of records (default: the committed)")
    parser.add_argument("--out", type=Path, default=Path("out/figures"), help="where to draw (default: out/figures)")
    options = parser.parse_args(arguments)
    try:
        names = [_known(name) for name in options.names] or list(FIGURES)
        records = {name: records_of(name, options.records) for name in names}
        figures = {name: drawn(name, found) for name, found in records.items()}
    except RecordError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_USAGE
    from . import style

    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            print(", ".join(str(path) for path in style.save(figure, options.out, name)))
    except OSError as error:
        print(f"error: cannot write to {str(options.out)!r} ({error.strerror}); choose another --out.", file=sys.stderr)
        return FAILED
    return OK


def records_of(name: str, folder: Path = COMMITTED) -> dict[str, Record]:
    """What a figure is drawn from, by name: its experiment's record, or those that it brings together.

    Raises:
        RecordError: if one is missing, damaged, or lacks a column.
    """
    module = importlib.import_module(f"paper_figures.{name}")
    columns = module.COLUMNS if name in ACROSS else {name: module.COLUMNS}
    return {each: read(each, folder, wanted) for each, wanted in columns.items()}


def drawn(name: str, records: dict[str, Record]) -> Figure:
    """The figure of that name.

    Raises:
        RecordError: if a record lacks rows that it needs.
    """
    module = importlib.import_module(f"paper_figures.{name}")
    try:
        return module.draw(records if name in ACROSS else records[name])
    except KeyError as error:
        which = ", ".join(map(repr, records))
        raise RecordError(
            f"the record {which} lacks {error.args[0]!r}, which the figure needs; run the experiment again."
        ) from None


def _known(name: str) -> str:
    if name in FIGURES:
        return name
    nearest = difflib.get_close_matches(name.lower(), FIGURES, n=1, cutoff=0.4)
    hint = f"did you mean {nearest[0]!r}? " if nearest else ""
    raise RecordError(f"unknown figure {name!r}: {hint}known are {', '.join(FIGURES)}.")


if __name__ == "__main__":
    sys.exit(main())
