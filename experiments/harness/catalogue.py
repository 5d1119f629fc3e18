"""What each experiment says of itself, read from its source: a list is printed without importing JAX or a module."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from subtheory._names import known_name

from . import rooms

HERE = Path(__file__).resolve().parents[1]
DECLARED = ("PAPER", "CLAIMS", "COST")


@dataclass(frozen=True)
class Entry:
    """One experiment.

    Attributes:
        name: of the experiment, its record and its figure.
        room: where its module is, ``experiments/ROOM/NAME.py``.
        shows: what it measures, the first paragraph of its docstring.
        paper: what of the paper it regenerates, such as ``"figure 8"``; empty if it is not in the paper.
        claims: the statements of theory.md that it measures, such as ``"T1"``.
        cost: seconds on two idle cores, by profile.
    """

    name: str
    room: str
    shows: str
    paper: tuple[str, ...]
    claims: tuple[str, ...]
    cost: dict[str, int]


def entry(name: str) -> Entry:
    """What the experiment ``name`` declares.

    Raises:
        ValueError: if the name is unknown (the nearest is suggested), or its module declares too little.
    """
    room = rooms.room_of(name)
    tree = ast.parse((HERE / room / f"{name}.py").read_text(encoding="utf-8"))
    declared = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id in DECLARED
    }
    missing = [part for part in DECLARED if part not in declared]
    shows = first_paragraph(ast.get_docstring(tree))
    if missing or not shows:
        lack = missing[0] if missing else "docstring"
        raise ValueError(f"experiments/{room}/{name}.py has no {lack}; expected what registry.py lists.")
    return Entry(name, room, shows, declared["PAPER"], declared["CLAIMS"], declared["COST"])


def entries(paper: str | None = None) -> tuple[Entry, ...]:
    """All experiments room by room, or those that regenerate one thing of the paper.

    Args:
        paper: such as ``"figure 8"``.

    Raises:
        ValueError: if nothing regenerates it (the nearest is suggested).
    """
    every = tuple(map(entry, rooms.names()))
    if paper is None:
        return every
    wanted = known_name("part of the paper", " ".join(paper.lower().split()), parts(every))
    return tuple(one for one in every if wanted in one.paper)


def parts(every: Iterable[Entry]) -> tuple[str, ...]:
    """What of the paper they regenerate, in the paper's order."""
    return tuple(sorted({part for one in every for part in one.paper}, key=lambda part: (len(part), part)))


def room_summary(room: str) -> str:
    """What the experiments of a room have in common: the docstring of its package."""
    return first_paragraph(ast.get_docstring(ast.parse((HERE / room / "__init__.py").read_text(encoding="utf-8"))))


def first_paragraph(docstring: str | None) -> str:
    """On one line."""
    return " ".join((docstring or "").strip().split("\n\n")[0].split())


def duration(seconds: int) -> str:
    """In words: seconds up to a minute and a half, then minutes.

    >>> duration(40), duration(240), duration(4000)
    ('40 s', '4 min', '67 min')
    """
    return f"{seconds} s" if seconds <= 90 else f"{round(seconds / 60)} min"
