"""How many seeds a device computes in one batched program: what the option may say, and what fits into a memory."""

from __future__ import annotations

from collections.abc import Callable

from subtheory.simulation.devices import Memory

AUTO = "auto"
PROBE = 2
"""Seeds of the program that is measured first: the smallest batch. One seed alone is another program, not batched."""


def asked(given: int | str) -> int | None:
    """What ``--seeds-at-once`` says: a number, or None for ``auto``.

    Raises:
        ValueError: if it is neither.

    >>> asked(4), asked("auto")
    (4, None)
    """
    if given == AUTO:
        return None
    if isinstance(given, str) or given < 1:
        raise ValueError(f"got --seeds-at-once {given}; expected a number of at least 1, or {AUTO}.")
    return given


def that_fit(needed: Callable[[int], Memory], room: int, seeds: int) -> int:
    """The number of seeds to compute at once: the largest batch that fits, made smaller where rounds stay as many.

    A batch of n seeds is taken to need shared + n · own/k, where own is what a batch of k was measured to need of its
    own; k = 2 at first. The program that is chosen is measured too, and if it needs more than that, the next one is
    chosen by it. Rounds are of equal size: 100 seeds of which 60 fit are computed as 50 and 50.

    Args:
        needed: what a program of so many seeds takes of the device's memory.
        room: bytes that it may take.
        seeds: how many there are for the device.

    Returns:
        from 1 to ``seeds``; 1 also where not even one fits.

    >>> that_fit(lambda n: Memory(shared=10, own=6 * n), room=100, seeds=1000)
    15
    """
    if seeds == 1:
        return 1
    number, measured = PROBE, needed(PROBE)
    chosen = _even(_within(measured, number, room), seeds)
    while chosen > PROBE and (measured := needed(chosen)).total > room:
        chosen = _even(_within(measured, chosen, room), seeds)
    return chosen


def _within(measured: Memory, number: int, room: int) -> int:
    """How many seeds fit, if a batch of ``number`` needs what was measured; at least one."""
    return max(1, (room - measured.shared) * number // max(1, measured.own))


def _even(most: int, seeds: int) -> int:
    """The smallest batch with which the seeds take as many rounds as with the largest."""
    rounds = -(-seeds // min(most, seeds))
    return -(-seeds // rounds)
