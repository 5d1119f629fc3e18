"""An interrupt (Ctrl-C, SIGINT) is never lost.

Python drops what is raised in a callback of the garbage collector, or in ``__del__``, and prints it as ignored. JAX has
such a callback, and runs it often: one interrupt in five struck there, and the command went on as if nothing had been.
"""

from __future__ import annotations

import _thread
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AGAIN = 0.05
"""Seconds until an interrupt that was dropped is sent once more."""


@contextmanager
def interrupts_heeded() -> Iterator[None]:
    """An interrupt that Python drops is sent again, without a word, until something is stopped by it."""
    before = sys.unraisablehook

    def hook(dropped: Any) -> None:
        if not issubclass(dropped.exc_type, KeyboardInterrupt):
            before(dropped)
        elif not sys.is_finalizing():
            again = threading.Timer(AGAIN, _thread.interrupt_main)
            again.daemon = True
            again.start()

    sys.unraisablehook = hook
    try:
        yield
    finally:
        sys.unraisablehook = before


def nothing_left_to_interrupt() -> None:
    """What is left is to leave: from now on no interrupt spoils the exit code, or prints a traceback."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
