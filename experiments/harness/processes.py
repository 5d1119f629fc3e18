"""Several processes, on one machine or many, that run one experiment: process 0 leads and writes, the others compute.

Process 0 says which chunks come next; all compute them together, each process on its own devices; process 0 alone
touches the folder of records.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import jax
import numpy as np

LONGEST_WAIT = 300
"""Seconds after which a process gives up waiting for the others to start."""
HALF = 30
"""Bits of a number that are sent at once."""


def start(coordinator: str | None, count: int | None, index: int | None, detect: bool = False) -> None:
    """Join the other processes of this run, before JAX computes anything; without arguments there are none.

    Args:
        coordinator: HOST:PORT of process 0.
        count: how many processes there are.
        index: which of them this is.
        detect: let JAX find all three (SLURM, Open MPI, TPU).

    Raises:
        ValueError: if the arguments make no sense, or the others cannot be reached.
    """
    given = (coordinator, count, index)
    if given == (None, None, None) and not detect:
        return
    if detect and given != (None, None, None):
        raise ValueError("got --distributed and --coordinator, --processes or --process; expected one or the other.")
    if not detect:
        _check(coordinator, count, index)
    try:
        jax.distributed.initialize(coordinator, count, index, initialization_timeout=LONGEST_WAIT)
    except (RuntimeError, ValueError, TypeError) as error:
        reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
        advice = "outside SLURM, Open MPI and TPU give --coordinator, --processes and --process instead"
        raise ValueError(
            f"the processes could not join ({reason}); "
            + (f"{advice}." if detect else f"expected {count} of them to reach process 0 at {coordinator}.")
        ) from error


def leads() -> bool:
    """Whether this process is the one that reads and writes records."""
    return jax.process_index() == 0


def all_agree(ready: bool) -> bool:
    """Whether every process is ready; every process gets the same answer, once all have come here."""
    return bool(np.all(_gathered(np.array(ready))))


@contextmanager
def leading(width: int) -> Iterator[Callable[[Sequence[int]], list[int]]]:
    """For process 0: ``tell(batch)`` has the other processes compute it too; leaving dismisses them, come what may.

    Args:
        width: the most numbers in one batch, the same in every process; they are not negative.
    """
    try:
        yield partial(_told, width=width)
    finally:
        _told((), width)


def follow(compute: Callable[[Sequence[int]], Any], width: int) -> None:
    """Compute what process 0 says, until it has no more."""
    while batch := _told((), width):
        compute(batch)


def _told(batch: Sequence[int], width: int) -> list[int]:
    """Process 0's batch, in every process."""
    if jax.process_count() == 1:
        return list(batch)
    from jax.experimental import multihost_utils

    padded = np.array(list(itertools.islice(itertools.chain(batch, itertools.repeat(-1)), width)), np.int32)
    return [int(number) for number in multihost_utils.broadcast_one_to_all(padded) if number >= 0]


def least(number: int) -> int:
    """The smallest of the numbers that the processes give; every process gets the same, once all have come here."""
    return min(_numbers(number))


def greatest(number: int) -> int:
    """The largest of them, likewise."""
    return max(_numbers(number))


def _numbers(number: int) -> list[int]:
    """Every process's number, in two halves, for JAX's integers may be too short for a count of bytes."""
    halves = _gathered(np.array([number >> HALF, number & (2**HALF - 1)], np.int32))
    return [(int(high) << HALF) + int(low) for high, low in halves]


def _gathered(array: np.ndarray) -> np.ndarray:
    if jax.process_count() == 1:
        return array[None]
    from jax.experimental import multihost_utils

    return multihost_utils.process_allgather(array)


def _check(coordinator: str | None, count: int | None, index: int | None) -> None:
    if coordinator is None or count is None or index is None:
        raise ValueError(
            f"got --coordinator {coordinator}, --processes {count} and --process {index}; expected all three, or "
            "--distributed to have JAX find them."
        )
    if count < 1 or not 0 <= index < count:
        raise ValueError(f"got process {index} of {count}; expected a number from 0 to one below --processes.")
    host, _, port = coordinator.rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"the coordinator is {coordinator!r}; expected HOST:PORT of process 0, as in 10.0.0.1:1234.")
