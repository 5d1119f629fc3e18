"""A log gets a line every so often, and at once where asked; a terminal gets a moving line."""

from __future__ import annotations

import io
import time

from rich.console import Console

from subtheory._progress import progress


def log(every, total=None):
    stream = io.StringIO()
    return stream, progress(Console(file=stream, width=40), "beginning", total, every)


def test_a_log_repeats_what_is_being_done():
    stream, shown = log(every=0.02)
    with shown as say:
        deadline = time.monotonic() + 20
        while "beginning" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.005)
        say("going on")
        while "going on" not in stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.005)
    lines = stream.getvalue().splitlines()
    assert lines[0] == "[0 s] beginning"
    assert lines[-1].endswith("going on")
    said = len(lines)
    time.sleep(0.1)
    assert len(stream.getvalue().splitlines()) == said  # nothing is said once it is over


def test_a_log_says_what_must_be_said_at_once():
    stream, shown = log(every=1000, total=3)
    with shown as say:
        say("skipped [over]", 1)
        say("T5 [bold] of a width beyond the forty columns of this log", 2, now=True)
    assert stream.getvalue() == "[0 s] T5 [bold] of a width beyond the forty columns of this log (2 of 3 done)\n"


def test_a_short_command_leaves_no_line():
    stream, shown = log(every=1000)
    with shown as say:
        say("done in no time")
    assert stream.getvalue() == ""


def test_a_terminal_gets_a_moving_line():
    stream = io.StringIO()
    with progress(Console(file=stream, force_terminal=True, width=100), "beginning", 2) as say:
        say("going [on]", 1)
    assert "going [on]" in stream.getvalue()
    assert "1/2" in stream.getvalue()
