"""What every command line sees to around its command, in a process of its own and in a caller's."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .interrupts import interrupts_heeded, nothing_left_to_interrupt


@contextmanager
def command_line(own: bool) -> Iterator[None]:
    """No interrupt is lost; in a process of its own no letter ends the command, and no interrupt its last moments.

    Args:
        own: whether the process is the command line's, and not that of somebody who calls it with arguments.
    """
    if own:
        show_what_can_be_shown()
    try:
        with interrupts_heeded():
            yield
    finally:
        if own:
            nothing_left_to_interrupt()


def show_what_can_be_shown() -> None:
    """Standard output and error replace what their encoding lacks (LC_ALL=C with PYTHONUTF8=0, old consoles)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
