"""Memory that one program adds to its process: ``python -m benchmarks.peak '{"name": …, "problem": …}'``, a child."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass

import jax

from .measure import child_answer, child_command
from .problem import Problem, temporary_bytes
from .resident import forget_peak, peak_resident


@dataclass(frozen=True)
class Memory:
    """Bytes beyond the arguments' own.

    Attributes:
        temporary: what the compiler reserves for intermediate results.
        resident: how far the process's peak rose during one call.
    """

    temporary: int
    resident: int


def extra_memory(problem: Problem, name: str) -> Memory:
    """What a program takes beyond its arguments, in a process of its own."""
    asked = json.dumps({"name": name, "problem": asdict(problem)})
    what = f"the process that measures the memory of {name!r}"
    return Memory(**child_answer(what, child_command("peak", asked)))


def main() -> None:
    """Measure the program that the first argument names."""
    asked = json.loads(sys.argv[1])
    problem = Problem(**{**asked["problem"], "widths": tuple(asked["problem"]["widths"])})
    with jax.enable_x64(problem.dtype == "float64"):
        given = jax.block_until_ready(problem.arguments())
        program = problem.compile(asked["name"], given)
        forget_peak()
        before = peak_resident()
        jax.block_until_ready(program(given))
    print(json.dumps(asdict(Memory(temporary_bytes(program), peak_resident() - before))))


if __name__ == "__main__":
    main()
