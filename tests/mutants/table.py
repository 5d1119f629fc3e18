"""The faults that are planted, one at a time: ``faults.toml``, read and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TABLE = Path(__file__).parent / "faults.toml"


@dataclass(frozen=True)
class Fault:
    """One fault.

    Attributes:
        file: where, from the root of the checkout.
        wrong: what is wrong, in words.
        old: the text that is right; it occurs once.
        new: the text that is wrong.
        only: results or claims that ``subtheory verify --only`` tries; empty where verify does not use the file.
        tests: test files or folders, separated by blanks, that must see what verify does not.
    """

    file: str
    wrong: str
    old: str
    new: str
    only: str
    tests: str

    @property
    def name(self) -> str:
        """What to call it: the file's stem and what is wrong."""
        return f"{Path(self.file).stem}: {self.wrong}"

    def planted(self, text: str) -> str:
        """The file's text with the fault in it; ValueError unless the right text occurs exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.file} holds {self.old!r} {text.count(self.old)} times; expected once.")
        return text.replace(self.old, self.new)


def faults(table: Path = TABLE) -> tuple[Fault, ...]:
    """All of them, in the table's order."""
    return tuple(Fault(**one) for one in tomllib.loads(table.read_text(encoding="utf-8"))["fault"])
