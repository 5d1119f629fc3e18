"""Tidy rows and their text: one row per seed × condition × metric × sweep value, never only aggregates.

Text and values correspond one to one (floats as ``repr``), so that writing what was read gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

Cell: TypeAlias = bool | int | float | str | None
Row: TypeAlias = dict[str, Cell]

REQUIRED = {"seed": "int", "condition": "str", "metric": "str", "value": "float"}
"""The columns of every record, first and in this order, with their kinds; sweep columns follow."""

_KINDS = {bool: "bool", int: "int", float: "float", str: "str"}


def plain_rows(rows: Iterable[Mapping[str, object]]) -> list[Row]:
    """The rows with NumPy and JAX scalars turned into Python's own, which JSON and CSV keep exactly.

    Raises:
        ValueError: if a required column is missing, or a cell is neither a number, a word nor None.
    """
    return [_plain_row(place, row) for place, row in enumerate(rows)]


def columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Column name → kind (``bool``, ``int``, ``float`` or ``str``), required columns first, then as they first appear.

    Raises:
        ValueError: if one column mixes words with numbers, or a required column has another kind.
    """
    columns = dict(REQUIRED)
    for row in rows:
        for name, cell in row.items():
            if cell is None and name not in REQUIRED:
                continue
            got, kind = _KINDS.get(type(cell), "empty"), columns.get(name)
            if kind == "int" and got == "float" and name not in REQUIRED:
                columns[name] = "float"
            elif kind is None:
                columns[name] = got
            elif got != kind and not (kind == "float" and got == "int"):
                raise ValueError(
                    f"column {name!r} holds {cell!r} among cells of kind {kind}; expected one kind per column."
                )
    return columns


def to_csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> bytes:
    """The rows as CSV in UTF-8 with line feeds as line ends; an absent or None cell is empty."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_text(row.get(name), kind) for name, kind in columns.items()])
    return stream.getvalue().encode()


def from_csv(content: bytes, columns: Mapping[str, str]) -> list[Row]:
    """The rows of a CSV whose columns and kinds are known.

    Raises:
        ValueError: if a column is missing, a line has too few or too many cells, or a cell is not of its kind.
    """
    try:
        lines = list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"it is not CSV in UTF-8 ({error})") from error
    header = lines[0] if lines else []
    missing = [name for name in columns if name not in header]
    if missing:
        raise ValueError(f"it lacks the column {missing[0]!r}; expected {', '.join(columns)}")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise ValueError(f"line {number} has {len(line)} cells; expected {len(header)}")
        cells = dict(zip(header, line, strict=True))
        rows.append({name: _cell(cells[name], kind, name, number) for name, kind in columns.items()})
    return rows


def _plain_row(place: int, row: Mapping[str, object]) -> Row:
    missing = [name for name in REQUIRED if name not in row]
    if missing:
        raise ValueError(f"row {place} lacks the column {missing[0]!r}; expected {', '.join(REQUIRED)}.")
    for name in row:
        if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
            raise ValueError(f"row {place} has a column {name!r}; expected letters, digits and '_' only.")
    return {name: _plain_cell(place, name, cell) for name, cell in row.items()}


def _plain_cell(place: int, name: str, cell: object) -> Cell:
    item = getattr(cell, "item", None)
    if item is not None and getattr(cell, "size", 0) == 1:
        cell = item()
    if cell is not None and type(cell) not in _KINDS:
        raise ValueError(f"row {place} holds a {type(cell).__name__} in {name!r}; expected a number, a word or None.")
    if isinstance(cell, str) and not (cell and cell.isprintable()):
        raise ValueError(f"row {place} holds {cell!r} in {name!r}; expected a word on one line, or None for no value.")
    return cell  # type: ignore[return-value]


def _text(cell: Cell, kind: str) -> str:
    if cell is None:
        return ""
    return repr(float(cell)) if kind == "float" else str(cell)


def _cell(text: str, kind: str, name: str, number: int) -> Cell:
    if text == "":
        return None
    if kind == "str":
        return text
    try:
        return {"int": int, "float": float, "bool": {"True": True, "False": False}.__getitem__}[kind](text)
    except (ValueError, KeyError) as error:
        raise ValueError(f"line {number} holds {text[:60]!r} in {name!r}; expected a value of kind {kind}") from error
