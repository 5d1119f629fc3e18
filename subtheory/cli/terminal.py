"""What a terminal cannot show is shown as question marks: no report is lost for a letter."""

from __future__ import annotations

import io
import sys


def show_what_can_be_shown() -> None:
    """Standard output and error replace what their encoding lacks (LC_ALL=C with PYTHONUTF8=0, old consoles)."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
