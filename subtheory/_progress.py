"""What a long command is doing: a moving line in a terminal, and in a log a new line every ten seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EVERY = 10.0
"""Seconds between two lines of a log."""


class Say(Protocol):
    """What a command calls to say what it is doing."""

    def __call__(self, words: str, done: int | None = None, *, now: bool = False) -> None:
        """Say it.

        Args:
            words: what is being done.
            done: how much of the total is done.
            now: write a line of a log at once, rather than when its time has come.
        """
        ...


@contextmanager
def progress(console: Console, words: str, total: int | None = None, every: float = EVERY) -> Iterator[Say]:
    """Say what is being done until the block ends.

    Args:
        console: where; a log's lines are written there if it is no terminal.
        words: what is done at first.
        total: how many parts there are, where that is known.
        every: seconds between two lines of a log; they come also while nothing new is said.
    """
    with _bar(console, words, total) if console.is_terminal else _log(console, words, total, every) as say:
        yield say


@contextmanager
def _bar(console: Console, words: str, total: int | None) -> Iterator[Say]:
    counted = (BarColumn(), MofNCompleteColumn()) if total is not None else ()
    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), *counted, TimeElapsedColumn())
    with Progress(*columns, console=console) as shown:
        task = shown.add_task(words, total=total)

        def say(words: str, done: int | None = None, *, now: bool = False) -> None:
            shown.update(task, description=words, completed=done)

        yield say


@contextmanager
def _log(console: Console, words: str, total: int | None, every: float) -> Iterator[Say]:
    started, over, current = time.monotonic(), threading.Event(), [words, 0]

    def line() -> None:
        words, done = current
        counted = "" if total is None else f" ({done} of {total} done)"
        console.print(f"[{time.monotonic() - started:.0f} s] {words}{counted}", markup=False, soft_wrap=True)

    def tick() -> None:
        while not over.wait(every):
            line()

    def say(words: str, done: int | None = None, *, now: bool = False) -> None:
        current[:] = [words, current[1] if done is None else done]
        if now:
            line()

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        yield say
    finally:
        over.set()
        ticking.join()
