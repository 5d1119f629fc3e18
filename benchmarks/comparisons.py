"""The comparisons: a product with G against a gradient, attribution both ways, and all of ``subtheory verify``."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import partial

import jax

from .measure import CHECKOUT, MIB, Summary, ratio, run_process, seconds_in_turn
from .peak import Memory, extra_memory
from .problem import GAUSS_NEWTON, GRADIENT, GRADIENTS, GRADIENTS_CHUNKS, JVP, JVP_CHUNKS, Problem, temporary_bytes
from .report import Row

PRODUCT_AT_MOST = 3.0
FASTER_AT_LEAST = 5.0
MEMORY_BELOW = 0.1
VERIFY_SECONDS_AT_MOST = 60.0
VERIFY_BYTES_AT_MOST = 1.5e9


def timed_row(what: str, quotient: Summary, seconds: dict[str, list[float]], asked: str, met: bool | None) -> Row:
    """A ratio of times as a row, the medians of all programs beside it."""
    medians = {f"seconds of {name}": Summary.of(values).median for name, values in seconds.items()}
    return Row(what, asked, f"× {quotient}", met, {**vars(quotient), **medians})


def product_rows(inputs: tuple[int, ...], rounds: int, **problem) -> Iterator[Row]:
    """One product with G against one gradient of the imitation loss, in both precisions."""
    for dtype in ("float32", "float64"):
        with jax.enable_x64(dtype == "float64"):
            for count in inputs:
                task = Problem(count, dtype, **problem)
                given = task.arguments()
                programs = {name: partial(task.compile(name, given), given) for name in (GRADIENT, GAUSS_NEWTON)}
                seconds = seconds_in_turn(programs, rounds)
                quotient = ratio(seconds, GAUSS_NEWTON, GRADIENT)
                what = f"time of one G·v over one gradient, N = {count}, {dtype}"
                yield timed_row(what, quotient, seconds, f"≤ {PRODUCT_AT_MOST:g}", quotient.median <= PRODUCT_AT_MOST)


def attribution_rows(task: Problem, rounds: int) -> Iterator[Row]:
    """Shares of all inputs (T7) by one JVP against one gradient per input, all at once and in equal chunks."""
    with jax.enable_x64(task.dtype == "float64"):
        given = task.arguments()
        programs = {name: task.compile(name, given) for name in (JVP, GRADIENTS, JVP_CHUNKS, GRADIENTS_CHUNKS)}
        needed = temporary_bytes(programs[GRADIENTS])
        whole = needed <= os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2
        pairs = [(JVP_CHUNKS, GRADIENTS_CHUNKS, f"in chunks of {task.chunk}")]
        if whole:
            pairs.insert(0, (JVP, GRADIENTS, "all at once"))
        else:
            del programs[GRADIENTS]
            skipped = f"skipped: it needs {needed / MIB:.0f} MiB, more than half of this machine's memory"
            yield Row(f"{GRADIENTS} all at once, N = {task.inputs}", "", skipped, None, {"temporary bytes": needed})
        seconds = seconds_in_turn({name: partial(run, given) for name, run in programs.items()}, rounds)
        del programs, given
    for ours, theirs, how in pairs:
        quotient = ratio(seconds, theirs, ours)
        what = f"time of {GRADIENTS} over one JVP, {how}, N = {task.inputs}"
        yield timed_row(what, quotient, seconds, f"≥ {FASTER_AT_LEAST:g}", quotient.median >= FASTER_AT_LEAST)
    quotient = ratio(seconds, GRADIENTS_CHUNKS, JVP)
    what = f"time of {GRADIENTS} in chunks of {task.chunk} over one JVP all at once, N = {task.inputs}"
    yield timed_row(what, quotient, seconds, f"≥ {FASTER_AT_LEAST:g}", quotient.median >= FASTER_AT_LEAST)
    for ours, theirs, how in pairs:
        mine, peer = extra_memory(task, ours), extra_memory(task, theirs)
        yield from _memory_rows(mine, peer, f"one JVP over {GRADIENTS}, {how}, N = {task.inputs}")


def _memory_rows(mine: Memory, peer: Memory, what: str) -> Iterator[Row]:
    for kind in ("temporary", "resident"):
        ours, theirs = getattr(mine, kind), getattr(peer, kind)
        share = ours / theirs if theirs else float("nan")
        measured = f"{share:.3f} ({ours / MIB:.1f} of {theirs / MIB:.1f} MiB)"
        numbers = {"share": share, "bytes of one JVP": ours, f"bytes of {GRADIENTS}": theirs}
        yield Row(f"extra memory ({kind}) of {what}", f"< {MEMORY_BELOW:g}", measured, share < MEMORY_BELOW, numbers)


def verify_rows() -> Iterator[Row]:
    """``subtheory verify`` on digits, in a process of its own."""
    what = "subtheory verify, digits"
    if importlib.util.find_spec("subtheory.cli") is None:
        yield Row(what, "", "skipped: subtheory.cli cannot be imported here", None, {})
        return
    imports = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from subtheory.cli import main"
    script = f"{imports}; sys.exit(main(['verify', '--no-cache']))"
    busy = os.getloadavg()[0]
    usage = run_process([sys.executable, "-c", script])
    if usage.exit_code not in (0, 1):
        yield Row(what, "", f"skipped: it ended with exit code {usage.exit_code}", None, {"exit code": usage.exit_code})
        return
    numbers = {"exit code": usage.exit_code, "wall": usage.wall, "user": usage.user, "system": usage.system}
    numbers |= {"load before": busy, "cores": os.cpu_count() or 0}
    parts = f"{usage.wall:.1f} s (user {usage.user:.1f} s, system {usage.system:.1f} s), exit code {usage.exit_code}"
    parts += f"; load average {busy:.1f} before, on {os.cpu_count()} cores"
    met = usage.wall <= VERIFY_SECONDS_AT_MOST
    yield Row(f"{what}: time", f"≤ {VERIFY_SECONDS_AT_MOST:g} s on 2 cores", parts, met, numbers)
    peak = f"{usage.peak / MIB:.0f} MiB"
    bound = f"≤ {VERIFY_BYTES_AT_MOST / 1e9:g} GB"
    yield Row(f"{what}: peak memory", bound, peak, usage.peak <= VERIFY_BYTES_AT_MOST, {"bytes": usage.peak})
