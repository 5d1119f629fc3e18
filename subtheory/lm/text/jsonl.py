"""Examples from a file of any known layout, read as a stream; every complaint has its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from .containers import records
from .layouts import Line as Line
from .layouts import Text as Text
from .layouts import line_of
from .reading import Reading


def read_lines(path: Path | str, start: int = 0, number: int = 0, reading: Reading | None = None) -> Iterator[Line]:
    """The examples of a file, in order and one at a time.

    Args:
        path: JSON Lines (gzip or not), each line ``{"prompt": ..., "completion": ...}`` (text, lists of token ids, or
            lists of messages), ``{"messages": [{"role": ..., "content": ...}, ...]}`` or another of ``layouts``;
            ``"id"`` may name it. A JSON array, columns of JSON and Parquet are read as well.
        start: the ``end`` of an earlier line.
        number: that earlier line's number.
        reading: turns and columns, where they are chosen.

    Raises:
        ValueError: a file that cannot be read or holds no example; a line that is not JSON, lacks its completion, or
            has a field that looks misspelt. The message names file and line.
        MissingExtraError: a Parquet file without the library that reads it.
    """
    path, reading = Path(path), reading or Reading()
    empty = start == 0 and number == 0
    for record in records(path, start, number):
        empty = False
        yield line_of(record, reading)
    if empty:
        raise ValueError(f"{str(path)!r} holds no examples; expected one JSON object a line.")
