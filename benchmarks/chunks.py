"""All of MNIST's 60 000 inputs in bounded memory: ``python -m benchmarks.chunks [CHUNK ...]``, with and without chunks.

One report of ``st.verify_step`` on the paper's perceptron, 784-256-256-13 in float32, its channel the auxiliary logits,
its trait 1 024 labelled images; every way in a process of its own. Inputs are uniform noise of MNIST's shape.
"""

from __future__ import annotations

import json
import sys
import time

import jax

import subtheory as st

from .measure import child_command, run_process
from .problem import WIDTHS
from .resident import forget_peak, peak_resident

INPUTS, TRAIT = 60_000, 1024
CHUNKS = (None, 8192, 1024)


def measure() -> None:
    """One way, in this process: seconds, and megabytes beyond what is held before."""
    chunk, count = json.loads(sys.argv[1])
    network = st.models.mlp(WIDTHS)
    init = network.init(jax.random.key(0))
    images = st.inputs.uniform(jax.random.key(1), TRAIT, WIDTHS[0])
    labels = jax.random.randint(jax.random.key(2), (TRAIT,), 0, 10)
    setting = st.Setting(
        apply=network.apply, teacher_init=init, student_init=init,
        trait_loss=st.traits.classification(network.apply, images, labels), channel=slice(10, 13),
        inputs=jax.block_until_ready(st.inputs.uniform(jax.random.key(3), count, WIDTHS[0])), chunk=chunk,
    )  # fmt: skip
    forget_peak()
    held, began = peak_resident(), time.perf_counter()
    report = st.verify_step(setting, epsilon=1e-3, alpha=1e-1)
    found = {"seconds": time.perf_counter() - began, "megabytes": (peak_resident() - held) / 2**20}
    print(json.dumps({**found, "phi": report.inner_product}))


def main() -> None:
    """A line for every way; chunks from the command line, where there are any."""
    for chunk in tuple(map(int, sys.argv[1:])) or CHUNKS:
        usage = run_process(child_command("chunks", json.dumps([chunk, INPUTS]), function="measure"))
        if usage.exit_code:
            raise SystemExit(f"chunk {chunk}: the process ended with exit code {usage.exit_code}.")
        found = json.loads(usage.output)
        print(
            f"chunk {chunk}: {found['seconds']:.1f} s, {found['megabytes']:.0f} MB, φ = {found['phi']:.6e}", flush=True
        )


if __name__ == "__main__":
    main()
