"""Memory that one program adds to its process: ``python -m benchmarks.peak '{"name": …, "problem": …}'``, a child."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import jax

from .measure import Usage, run_process
from .problem import Problem, temporary_bytes
from .resident import forget_peak as forget_peak
from .resident import peak_resident as peak_resident

CHECKOUT = Path(__file__).resolve().parents[1]


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
    program = f"import sys; sys.path.insert(0, {str(CHECKOUT)!r}); from benchmarks.peak import main; main()"
    usage: Usage = run_process([sys.executable, "-c", program, asked])
    if usage.exit_code:
        raise RuntimeError(f"the process that measures the memory of {name!r} ended with exit code {usage.exit_code}.")
    return Memory(**json.loads(usage.output))


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
