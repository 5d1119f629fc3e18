"""How long T15's flow takes on the MNIST perceptron, 60 000 inputs and three logits: ``python -m benchmarks.flow``.

Cost: a few minutes on two cores. What to expect: docs/performance.md.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import optax

from subtheory._keys import key_for
from subtheory._tree import random_like, scaled
from subtheory.setting import inputs, model
from subtheory.setting.data import mnist_folder
from subtheory.setting.loss import squared_error
from subtheory.setting.setting import Setting
from subtheory.theory.gauss_newton import gauss_newton_operator
from subtheory.theory.krylov import conveyed, krylov_space

from . import command
from .problem import CHANNEL, WIDTHS
from .report import Row
from .resident import peak_resident

DESCRIPTION = """Measure T15's flow of a teacher's displacement on 784-256-256-13: products with G, never G itself.

Inputs are the training images of the folder in SUBTHEORY_MNIST, or uniform noise of that shape. Reported beside the
seconds: how far the result with all products is from that with half of them. The exit code is 0 also where the bound is
missed. For example:

  python -m benchmarks.flow --products 32"""

AT_MOST = 300.0
"""Seconds that the flow may take on two cores."""
LENGTH = 0.1
"""‖w‖ over ‖θ_start‖: about that of a teacher after a few epochs."""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    inputs: int = 60_000
    """N."""
    products: int = 32
    """With G, at least 2."""
    steps: int = 1000
    """k, linearised steps at the rate 1/λ_max."""


def main(arguments: Sequence[str] | None = None, widths: tuple[int, ...] = WIDTHS) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("flow", DESCRIPTION, "T15's flow, matrix-free"),
        _check,
        lambda asked, _, errors: rows(asked, widths),
        lambda asked: {**asdict(asked), "json": None, "widths": widths},
    )


def _check(asked: Benchmark) -> None:
    if asked.inputs < 1 or asked.products < 2:
        raise ValueError(
            f"got {asked.inputs} inputs and {asked.products} products; expected at least one input and two products."
        )


def rows(asked: Benchmark, widths: tuple[int, ...] = WIDTHS) -> Iterator[Row]:
    """Seconds of the flow, its program compiled before, and how far half as many products are from it."""
    given, words = problem(asked, widths)
    half, whole = (flow(products, asked.steps) for products in (asked.products // 2, asked.products))
    coarse = jax.block_until_ready(half(*given))
    whole = whole.lower(*given).compile()
    start, busy = time.perf_counter(), time.process_time()
    fine = jax.block_until_ready(whole(*given))
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    numbers = {"seconds": seconds, "processor seconds": busy, "load": os.getloadavg()[0], "peak": peak_resident()}
    yield Row(
        f"{asked.inputs} × {CHANNEL.stop - CHANNEL.start} logits, {words}, {asked.products} products, seconds",
        f"≤ {AT_MOST:g}",
        f"{seconds:.3g} (processor {busy:.3g}, load average {numbers['load']:.2g}, "
        f"peak {numbers['peak'] / 2**20:.0f} MiB)",
        seconds <= AT_MOST,
        numbers,
    )
    apart = optax.tree.norm(jax.tree.map(jnp.subtract, fine, coarse)) / optax.tree.norm(fine)
    yield Row("relative distance from half as many products", "", f"{float(apart):.2g}", None, {"apart": float(apart)})


def problem(asked: Benchmark, widths: tuple[int, ...]) -> tuple[tuple[Any, ...], str]:
    """(θ, inputs, w), and what the inputs are."""
    network = model.mlp(widths, "relu", dtype=jnp.float32)
    theta = network.init(key_for(0, "init"))
    direction = random_like(key_for(0, "direction"), theta)
    way = scaled(LENGTH * optax.tree.norm(theta) / optax.tree.norm(direction), direction)
    folder = os.environ.get("SUBTHEORY_MNIST")
    if folder and widths[0] == WIDTHS[0]:
        images = mnist_folder(folder).train_images[: asked.inputs]
        return (theta, jnp.asarray(images), way), "MNIST's images"
    return (theta, inputs.uniform(key_for(0, "inputs"), asked.inputs, widths[0], dtype=jnp.float32), way), "noise"


def flow(products: int, steps: int) -> Any:
    """The program ``(θ, inputs, w) -> u_k`` at the rate 1/λ_max."""

    @jax.jit
    def run(theta, given, way):
        network = model.mlp(widths_of(theta), "relu", dtype=jnp.float32)
        setting = Setting(
            apply=network.apply, teacher_init=theta, student_init=theta, teacher_update=way, inputs=given,
            imitation_loss=squared_error, channel=CHANNEL,
        )  # fmt: skip
        space = krylov_space(gauss_newton_operator(setting), way, products)
        return space.apply(conveyed(1 / space.values[-1], steps))

    return run


def widths_of(theta: Any) -> tuple[int, ...]:
    """The widths of a perceptron's layers, from its parameters."""
    shapes = [theta["layers"][number]["kernel"].shape for number in sorted(theta["layers"])]
    return (shapes[0][0], *(after for _, after in shapes))


if __name__ == "__main__":
    sys.exit(main())
