"""Records from files, told by their content: JSON Lines, a JSON array, columns of JSON, Parquet."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from ..._extras import library, needs
from .files import lines_of, opened, reading

PARQUET = b"PAR1"
ROWS = 1024
"""Of a Parquet file in memory at once."""
EXPECTED = 'an object such as {"prompt": "One day,", "completion": " Tom"}'


@dataclass(frozen=True)
class Record:
    """One example's fields, as the file has them.

    Attributes:
        fields: column → value.
        where: what to call it in complaints.
        number: its line, or its place among the records where these have no lines of their own; from 1.
        start: where to begin to read it again, together with ``number - 1``.
        end: where to begin to read the next one, together with ``number``.
    """

    fields: dict[str, Any]
    where: str
    number: int
    start: int
    end: int


def records(path: Path, start: int = 0, number: int = 0) -> Iterator[Record]:
    """The records of a file in order, one at a time; blank lines are passed over.

    JSON Lines, compressed or not, take the memory of one line, Parquet that of some rows; every other document of JSON
    is held whole.

    Args:
        path: the file.
        start: the ``end`` of an earlier record.
        number: and its number.

    Raises:
        ValueError: a file that cannot be read, a record that is no JSON object; the message names file and line.
        MissingExtraError: a Parquet file without the library that reads it.
    """
    with reading(path, "a file of examples"):
        with opened(path) as stream:
            parquet = stream.read(len(PARQUET)) == PARQUET
        if parquet:
            yield from _numbered(path, "row", _parquet_rows(path), number)
            return
        whole = _document(path)
        if whole is not None:
            yield from _numbered(path, "example", whole, number)
            return
        for piece in lines_of(path, start):
            number += 1
            if piece.content.strip():
                where = f"line {number} of {str(path)!r}"
                yield Record(_object(_parsed(piece.content, where), where), where, number, piece.start, piece.end)


def _numbered(path: Path, kind: str, found: Iterable[Any], number: int) -> Iterator[Record]:
    for place, fields in enumerate(found, 1):
        if place > number:
            where = f"{kind} {place} of {str(path)!r}"
            yield Record(_object(fields, where), where, place, place - 1, place)


def _document(path: Path) -> Iterable[Any] | None:
    """The records of a file that is one document of JSON; None if it has records on its lines."""
    lines = (piece.content for piece in lines_of(path) if piece.content.strip())
    first = next(lines, b"")
    if first.lstrip()[:1] == b"[":
        where = f"{str(path)!r}, which begins with a bracket,"
        return _parsed(b"".join(chain([first], lines)), where, f"an array of objects, each {EXPECTED}")
    try:
        found = json.loads(first)
    except json.JSONDecodeError as error:
        if not first or error.pos < len(error.doc.rstrip()):
            return None  # the line is wrong before its end: reading lines says how
        return _object_over_lines(b"".join(chain([first], lines)), path)
    except (ValueError, RecursionError):
        return None
    if not _columnar(found) or next(lines, None) is not None:
        return None
    return _transposed(_parsed(first, f"line 1 of {str(path)!r}"), path)


def _object_over_lines(content: bytes, path: Path) -> Iterable[Any] | None:
    try:
        found = _parsed(content, repr(str(path)))
    except ValueError:
        return None
    return _transposed(found, path) if _columnar(found) else [found]


def _columnar(found: Any) -> bool:
    """Whether an object's values are columns: lists, of which no cell is a token id or a message."""
    if not isinstance(found, dict) or not all(isinstance(column, list) for column in found.values()):
        return False
    texts = [column for column in found.values() if all(isinstance(cell, str | list | None) for cell in column)]
    return any(len(column) > 0 for column in texts)


def _transposed(columns: dict[str, list[Any]], path: Path) -> Iterator[dict[str, Any]]:
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise ValueError(f"{str(path)!r} has columns of several lengths ({said}); expected one value of each a record.")
    return (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))


def _parquet_rows(path: Path) -> Iterator[Any]:
    needs("a Parquet file", "parquet", "pyarrow")
    parquet = library("a Parquet file", "parquet", "pyarrow.parquet")
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(ROWS):
                yield from batch.to_pylist()
    except (ValueError, OSError) as error:  # whose messages may have several lines
        reason = str(error).splitlines()[0].rstrip(". ")
        raise ValueError(f"{str(path)!r} cannot be read as Parquet ({reason}); expected a whole file.") from error


def _object(fields: Any, where: str) -> dict[str, Any]:
    if not isinstance(fields, dict):
        raise ValueError(f"{where} is a {type(fields).__name__}; expected an object with a prompt and a completion.")
    return fields


class _RepeatedError(Exception):
    """A field that stands twice in one object."""


def _parsed(content: bytes, where: str, expected: str = EXPECTED) -> Any:
    try:
        return json.loads(content, object_pairs_hook=_once)
    except _RepeatedError as error:
        raise ValueError(f"{where} has the field {str(error)!r} twice; expected every field once.") from None
    except RecursionError:
        raise ValueError(f"{where} is nested too deeply; expected {expected}.") from None
    except ValueError as error:
        raise ValueError(f"{where} is not JSON ({error}); expected {expected}.") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1))
    return fields
