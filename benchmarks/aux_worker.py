"""A process that trains seeds when it is told to: ``python -m benchmarks.aux_worker '{"side": …}'``, a child.

It answers every line of its standard input, a list of seeds, with one line: seconds by the clock, seconds of processor
time, the accuracies, and its peak memory. Two of them, told in turn, are timed in one run and share nothing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .measure import child_command
from .resident import peak_resident

OURS, PEAK = "ours", "peak"


@dataclass
class Worker:
    """The parent's side of one such process.

    Attributes:
        side: ``"ours"``, or one of ``aux_torch.FORMS``.
        asked: data set, folder, protocol's changes and cores, as ``main`` reads them.
    """

    side: str
    asked: dict[str, Any]
    process: subprocess.Popen[str] = field(init=False)

    def __post_init__(self) -> None:
        """Start it."""
        self.process = subprocess.Popen(
            child_command("aux_worker", json.dumps({**self.asked, "side": self.side})),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def told(self, what: Sequence[int] | str) -> dict[str, Any]:
        """Its answer; RuntimeError if it ended instead."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process of {self.side!r} ended with exit code {self.process.wait()}.")
        return json.loads(answer)

    def end(self) -> None:
        """Let it go."""
        self.process.communicate()


def own_peak() -> int:
    """This process's largest resident memory in bytes, without what it inherited from its parent where Linux tells."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return peak_resident()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


def seconds() -> tuple[float, float]:
    """The clock, and this process's processor time (all threads, user and system)."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), usage.ru_utime + usage.ru_stime


def main() -> None:
    """Answer until the input ends."""
    asked = json.loads(sys.argv[1])
    if asked["cores"]:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked["cores"]])
    train, multiply = (_ours if asked["side"] == OURS else _peer)(asked)
    for line in sys.stdin:
        what = json.loads(line)
        wall, processor = seconds()
        result = multiply() if what == PEAK else train(what)
        now = seconds()
        answer = {"wall": now[0] - wall, "processor": now[1] - processor, "result": result, "peak": own_peak()}
        print(json.dumps(answer), flush=True)


def given(asked: dict[str, Any]):
    from dataclasses import replace

    from experiments.auxiliary_logits.common.protocol import DIGITS, MNIST
    from subtheory.setting import data

    changes = {name: tuple(value) if isinstance(value, list) else value for name, value in asked["protocol"].items()}
    folder = None if asked["data_dir"] is None else Path(asked["data_dir"])
    return replace(MNIST if asked["data"] == "mnist" else DIGITS, **changes), data.load(
        asked["data"], folder, "float32"
    )


def _ours(asked: dict[str, Any]) -> tuple[Callable[[Sequence[int]], Any], Callable[[], Any]]:
    import jax
    import jax.numpy as jnp

    from experiments.auxiliary_logits.common.one_seed import measure
    from experiments.auxiliary_logits.mnist_aux_logits import STUDENTS

    protocol, data = given(asked)

    def train(seeds: Sequence[int]):
        results = [measure(protocol, STUDENTS, seed, data) for seed in seeds]
        return [{name: metrics["test_accuracy"] for name, metrics in one.items()} for one in results]

    multiply = jax.jit(lambda a, b: a @ b)
    return train, lambda: _most(
        lambda n, m, k: (jnp.ones((n, m)), jnp.ones((m, k))), lambda a, b: multiply(a, b).block_until_ready()
    )


def _peer(asked: dict[str, Any]) -> tuple[Callable[[Sequence[int]], Any], Callable[[], Any]]:
    import torch

    from .aux_torch import experiment

    protocol, data = given(asked)
    if asked["cores"]:
        torch.set_num_threads(asked["cores"])

    def train(seeds: Sequence[int]):
        return experiment(protocol, seeds, data, asked["side"])

    return train, lambda: _most(lambda n, m, k: (torch.ones(n, m), torch.ones(m, k)), torch.matmul)


def _most(make: Callable[..., tuple[Any, Any]], multiply: Callable[[Any, Any], Any]) -> dict[str, float]:
    """The most floating-point operations per second that products of matrices reach: by the clock, by the processor."""
    best = {"wall": 0.0, "processor": 0.0}
    for n, m, k, repeats in ((1024, 784, 256, 40), (2048, 2048, 2048, 2)):
        a, b = make(n, m, k)
        multiply(a, b)
        for _ in range(5):
            before = seconds()
            for _ in range(repeats):
                multiply(a, b)
            after = seconds()
            for clock, spent in zip(best, (after[0] - before[0], after[1] - before[1]), strict=True):
                best[clock] = max(best[clock], 2.0 * n * m * k * repeats / spent)
    return best


if __name__ == "__main__":
    main()
