"""Figure 10's training, ours against PyTorch's, in one run: ``python -m benchmarks.aux_logits --data-dir MNIST``.

Cost on two idle cores: about three minutes for 4 seeds. Needs the extra `peer`. What to expect: docs/performance.md.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.console import Console

from subtheory._extras import needs
from subtheory._names import known_name

from . import command
from .aux_worker import OURS, PEAK, Worker
from .measure import MIB, Summary
from .report import Row

FORMS = ("one network", "four students", "all seeds")
FASTER_AT_LEAST = 2.0
BYTES_BELOW = 2e9
CONDITIONS = ("reference", "teacher", "student_aux", "student_all", "cross_model_aux", "cross_model_all")
DESCRIPTION = """Train the paper's auxiliary-logit experiment here and in PyTorch, on the same protocol and number of
seeds, in turn, and compare time, memory and accuracy. For example:

  python -m benchmarks.aux_logits --data-dir MNIST

  python -m benchmarks.aux_logits --data-dir MNIST --cores 1

On a busy machine read the ratio of processor seconds, and take one core: threads of PyTorch that wait for each other
count as busy."""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    data: str = "mnist"
    """mnist, or digits (embedded)."""
    data_dir: Path | None = None
    """The folder with MNIST's four idx files."""
    seeds: int = 4
    """How many seeds each side trains, after one that is not counted."""
    forms: tuple[str, ...] = FORMS
    """What the peer computes in one batch; the fastest is compared."""
    cores: int = 0
    """Processor cores for each side; 0 takes all."""
    json: Path | None = None
    """File to write every row and the provenance to."""


def main(arguments: Sequence[str] | None = None, protocol: dict[str, Any] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes the process's own.
        protocol: changes to the protocol's fields.

    Returns:
        0, or 2 on bad usage.
    """
    return command.run(
        Benchmark,
        arguments,
        ("aux_logits", DESCRIPTION, "Figure 10's training, ours and PyTorch's"),
        _check,
        lambda asked, _, errors: _rows(asked, protocol or {}, errors),
        lambda asked: {**asdict(asked), "json": None, "data_dir": None, "load_average": os.getloadavg()[0]},
        lambda asked: range(asked.seeds),
    )


def _rows(asked: Benchmark, protocol: dict[str, Any], log: Console) -> Iterator[Row]:
    folder = None if asked.data_dir is None else str(asked.data_dir)
    given = {"data": asked.data, "data_dir": folder, "cores": asked.cores, "protocol": protocol}
    rounds = trained_in_turn([OURS, *asked.forms], given, asked.seeds, log)
    yield from time_rows(rounds)
    yield from memory_rows(rounds, asked.seeds)
    yield from fraction_rows(rounds, given)
    yield from accuracy_rows(rounds)


def _check(asked: Benchmark) -> None:
    known_name("data set", asked.data, ("digits", "mnist"))
    for form in asked.forms:
        known_name("form", form, FORMS)
    if asked.seeds < 1 or asked.cores < 0 or not asked.forms:
        raise ValueError(
            f"got {asked.seeds} seeds, {asked.cores} cores and {len(asked.forms)} forms; expected at least one "
            "seed and one form, and 0 cores (all) or more."
        )
    if asked.cores and not hasattr(os, "sched_setaffinity"):
        raise ValueError(f"got --cores {asked.cores}, but this system binds no process to cores; leave it out.")
    if (asked.data == "mnist") != (asked.data_dir is not None):
        raise ValueError("expected --data-dir, the folder of MNIST's four idx files, with --data mnist and only there.")
    needs("the comparison", "peer", "torch")


def trained_in_turn(sides: Sequence[str], asked: dict[str, Any], seeds: int, log: Console) -> dict[str, list[dict]]:
    """Each side's answers, one per round: A B C, A B C. The first round, compilation and all, comes first.

    A round is one seed, but for the form that batches seeds: it has all of them in one round.
    """
    workers = {side: Worker(side, asked) for side in sides}
    answers: dict[str, list[dict]] = {side: [] for side in sides}
    try:
        for number in range(seeds + 1):
            for side, worker in workers.items():
                batched = side == FORMS[2]
                if batched and number > 1:
                    continue
                told = list(range(1, seeds + 1)) if batched and number else [number]
                answer = worker.told(told)
                answer["count"] = len(told)
                answer["most"] = worker.told(PEAK)["result"]
                answers[side].append(answer)
                log.print(f"{side}, seeds {told}: {answer['wall']:.1f} s, processor {answer['processor']:.1f} s")
    finally:
        for worker in workers.values():
            worker.end()
    return answers


def per_seed(answers: Sequence[dict], clock: str) -> list[float]:
    """Seconds per seed of the rounds that count."""
    return [answer[clock] / answer["count"] for answer in answers[1:]]


def fastest_peer(rounds: dict[str, list[dict]]) -> str:
    """The form with the least processor time per seed."""
    return min((s for s in rounds if s != OURS), key=lambda s: statistics.median(per_seed(rounds[s], "processor")))


def time_rows(rounds: dict[str, list[dict]]) -> list[Row]:
    """Ratios of the fastest form over ours, then everybody's seconds."""
    peer, rows = fastest_peer(rounds), []
    for clock in ("processor", "wall"):
        ours, theirs = (statistics.median(per_seed(rounds[side], clock)) for side in (OURS, peer))
        met = theirs / ours >= FASTER_AT_LEAST
        what = f"{clock} time per seed of PyTorch ({peer} at once) over ours"
        rows.append(Row(what, f"≥ {FASTER_AT_LEAST:g}", f"× {theirs / ours:.2f}", met, {"ratio": theirs / ours}))
    for side, answers in rounds.items():
        wall, processor = (Summary.of(per_seed(answers, clock)) for clock in ("wall", "processor"))
        measured = f"{wall} s, processor {processor} s"
        numbers = {"wall": wall.median, "processor": processor.median, "first wall": answers[0]["wall"]}
        rows.append(Row(f"seconds per seed, {side}", "", measured, None, numbers))
    compiling = rounds[OURS][0]["processor"] - statistics.median(per_seed(rounds[OURS], "processor"))
    rows.append(
        Row(
            "processor time of ours, once: compilation and loading",
            "",
            f"{compiling:.1f} s",
            None,
            {"seconds": compiling},
        )
    )
    return rows


def memory_rows(rounds: dict[str, list[dict]], seeds: int) -> list[Row]:
    """Peak memory of each process at its end, and how much the later seeds added."""
    rows = []
    for side, answers in rounds.items():
        first, last = answers[0]["peak"], answers[-1]["peak"]
        measured = f"{last / MIB:.0f} MiB ({first / MIB:.0f} after the first of {seeds + 1})"
        asked, met = (f"< {BYTES_BELOW / 1e9:g} GB", last < BYTES_BELOW) if side == OURS else ("", None)
        rows.append(Row(f"peak memory, {side}", asked, measured, met, {"bytes": last, "after one seed": first}))
    return rows


def operations(widths: Sequence[int], protocol: Any, images: int, tests: int, students: int = 4) -> float:
    """Floating-point operations of the products of matrices of one seed, as docs/performance.md counts them."""
    products = [a * b for a, b in pairwise(widths)]
    forward = 2.0 * sum(products)
    training = 3 * forward - 2.0 * products[0]
    taught = images * protocol.teacher_epochs + students * protocol.noise * protocol.student_epochs
    return training * taught + forward * (protocol.noise + (2 + students) * tests)


def fraction_rows(rounds: dict[str, list[dict]], asked: dict[str, Any]) -> list[Row]:
    """The share of the products' own peak that whole seeds reach, each side against its own library."""
    from .aux_worker import given

    protocol, data = given(asked)
    widths = (data.train_images.shape[1], *protocol.hidden, data.classes + protocol.auxiliary)
    done = operations(widths, protocol, len(data.train_images), len(data.test_images))
    rows = []
    for side in (OURS, fastest_peer(rounds)):
        for clock in ("processor", "wall"):
            most = statistics.median(answer["most"][clock] for answer in rounds[side][1:])
            rate = statistics.median(done / seconds for seconds in per_seed(rounds[side], clock))
            measured = f"{rate / most:.2f} ({rate / 1e9:.0f} of {most / 1e9:.0f} GFLOP/s)"
            numbers = {"fraction": rate / most, "reached": rate, "peak": most, "operations": done}
            rows.append(Row(f"share of the matrix product's peak, {clock} time, {side}", "", measured, None, numbers))
    return rows


def accuracy_rows(rounds: dict[str, list[dict]]) -> list[Row]:
    """Each condition's mean over the seeds, ours and PyTorch's: other draws of the same distributions."""
    peer, rows = fastest_peer(rounds), []
    for condition in CONDITIONS:
        sides = {}
        for side in (OURS, peer):
            values = [one[condition] for answer in rounds[side][1:] for one in answer["result"]]
            sides[side] = (statistics.mean(values), min(values), max(values))
        measured = ", PyTorch ".join("{:.3f} ({:.3f} to {:.3f})".format(*sides[side]) for side in (OURS, peer))
        numbers = {"ours": sides[OURS][0], "peer": sides[peer][0]}
        rows.append(Row(f"test accuracy, {condition}", "", f"ours {measured}", None, numbers))
    return rows


if __name__ == "__main__":
    sys.exit(main())
