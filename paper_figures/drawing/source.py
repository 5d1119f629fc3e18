"""What a picture was drawn from: a digest of its records and of its figure's module, kept in the picture itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .reading import Record


def digest(module: Any, records: Iterable[Record]) -> str:
    """SHA-256 of the module's source and of the records' rows, 16 digits; what figures share does not count."""
    lines = Path(module.__file__).read_text(encoding="utf-8").splitlines()
    rows = sorted(f"{record.name} {record.run['results_sha256']}" for record in records)
    return hashlib.sha256("\n".join([*lines, *rows]).encode()).hexdigest()[:16]


def of_picture(path: Path) -> str | None:
    """The digest that a PNG keeps in its words, or None if it has none."""
    content = path.read_bytes()
    start = content.find(b"tEXtSource\0")
    if start < 0:
        return None
    length = int.from_bytes(content[start - 4 : start], "big")
    return content[start + 4 : start + 4 + length].split(b"\0")[1].decode("latin-1")
