"""The command line of the figures: ``python -m paper_figures [NAME …] [--records DIR] [--out DIR]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from .drawing.reading import COMMITTED, Record, RecordError, read
from .drawing.source import digest
from .index import FIGURES, NAMES, known, module

OK, FAILED, BAD_USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the figures that are asked for, all of them if none is named.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        0, or 1 if a file cannot be written, 2 on an unknown name or a record that is missing or damaged.
    """
    parser = argparse.ArgumentParser(prog="python -m paper_figures", description="Draw figures from records.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which figures; all if none: {', '.join(FIGURES)}")
    parser.add_argument("--records", type=Path, default=COMMITTED, help="folder of records (default: the committed)")
    parser.add_argument("--out", type=Path, default=Path("out/figures"), help="where to draw (default: out/figures)")
    options = parser.parse_args(arguments)
    try:
        names = [known(name) for name in options.names] or list(FIGURES)
        records = {name: records_of(name, options.records) for name in names}
        figures = {name: drawn(name, found) for name, found in records.items()}
        sources = {name: digest(module(name), found.values()) for name, found in records.items()}
    except RecordError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_USAGE
    from .drawing import style

    try:
        options.out.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            print(", ".join(str(path) for path in style.save(figure, options.out, name, sources[name])))
    except OSError as error:
        print(f"error: cannot write to {str(options.out)!r} ({error.strerror}); choose another --out.", file=sys.stderr)
        return FAILED
    return OK


def records_of(name: str, folder: Path = COMMITTED) -> dict[str, Record]:
    """What a figure is drawn from, by name: its experiment's record, or those that it brings together.

    Raises:
        RecordError: if one is missing, damaged, or lacks a column.
    """
    columns = {name: module(name).COLUMNS} if name in NAMES else module(name).COLUMNS
    return {each: read(each, folder, wanted) for each, wanted in columns.items()}


def drawn(name: str, records: dict[str, Record]) -> Figure:
    """The figure of that name.

    Raises:
        RecordError: if a record lacks rows that it needs, or has rows that it has no place for.
    """
    for column, words in getattr(module(name), "KNOWN", {}).items():
        records[name].only_known(column, words)
    try:
        return module(name).draw(records[name] if name in NAMES else records)
    except KeyError as error:
        which = ", ".join(map(repr, records))
        raise RecordError(
            f"the record {which} lacks {error.args[0]!r}, which the figure needs; run the experiment again."
        ) from None


if __name__ == "__main__":
    sys.exit(main())
