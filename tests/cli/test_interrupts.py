"""An interrupt that strikes where Python drops exceptions stops the command all the same."""

import subprocess
import sys

PROGRAM = """
import gc, signal, sys, time
from subtheory.cli.interrupts import interrupts_heeded, nothing_left_to_interrupt

signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever starts tests may have had it ignored
left = [{times}]

def collecting(phase, info):
    if left[0]:
        left[0] -= 1
        raise {error}

def work():
    gc.callbacks.append(collecting)
    for _ in range({times}):
        gc.collect()
    time.sleep(5)

try:
    {how}
except KeyboardInterrupt:
    sys.exit(130)
"""


def ended(error, how, times=1):
    program = PROGRAM.format(error=error, how=how, times=times)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def test_a_dropped_interrupt_comes_again_and_nothing_is_printed():
    done = ended("KeyboardInterrupt", "with interrupts_heeded(): work()")
    assert (done.returncode, done.stderr) == (130, "")


def test_without_it_python_goes_on():
    done = ended("KeyboardInterrupt", "left[0] = 1; gc.callbacks.append(collecting); gc.collect()")
    assert done.returncode == 0
    assert "Exception ignored" in done.stderr


def test_other_exceptions_are_told_as_ever():
    done = ended("ZeroDivisionError", "with interrupts_heeded(): gc.callbacks.append(collecting); gc.collect()")
    assert done.returncode == 0
    assert "ZeroDivisionError" in done.stderr


def test_at_the_end_an_interrupt_spoils_nothing():
    last = "import atexit; atexit.register(lambda: signal.raise_signal(signal.SIGINT))"
    for how, code in (("nothing_left_to_interrupt()", 0), ("pass", None)):
        done = ended("KeyboardInterrupt", f"{last}; {how}")
        assert ("Traceback" in done.stderr) == (code is None)
