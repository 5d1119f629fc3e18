"""One method in a process of its own: ``python -m benchmarks.attribution_worker METHOD PROBLEM SCORES``."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from .attribution_problem import Problem
from .resident import forget_peak, peak_resident


def program(method: str, given: Problem) -> Callable[[], np.ndarray]:
    """What computes the scores of a method, ready to run; it is imported with what it needs, and nothing else is."""
    if method == "audit":
        from .attribution_ours import audit

        return audit(given)
    from . import attribution_peers as peers

    return {
        "backward passes": peers.backward_passes,
        "backward passes, cosine": partial(peers.backward_passes, cosine=True),
        "kronfluence, identity": partial(peers.kronfluence, strategy="identity"),
        "kronfluence, EK-FAC": partial(peers.kronfluence, strategy="ekfac"),
        "bergson": peers.bergson,
    }[method](given)


def on_one_core() -> None:
    """Stay on one core, where the system can: libraries wait for other threads by spinning, which counts as work."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def main() -> None:
    """Prepare, score twice, and print processor seconds and how far the peak of memory rose the first time."""
    method, problem, scores = sys.argv[1:]
    on_one_core()
    run = program(method, Problem.load(problem))
    forget_peak()
    before, seconds, found, rise = peak_resident(), [], np.empty(0), 0
    for turn in range(2):
        start = time.process_time()
        found = run()
        seconds.append(time.process_time() - start)
        if turn == 0:
            rise = peak_resident() - before
    np.save(scores, found)
    first, again = seconds
    print(json.dumps({"first": first, "again": again, "bytes": rise, "held": before}))


if __name__ == "__main__":
    main()
