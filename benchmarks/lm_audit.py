"""What an audit costs on a checkpoint: scores by one Jacobian-vector product against a forward pass, and a gradient.

python -m benchmarks.lm_audit CHECKPOINT
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import jax
import jax.numpy as jnp

from subtheory.lm import LanguageModel, load
from subtheory.lm.loss import token_log_likelihoods
from subtheory.lm.score import token_scores

from .comparisons import timed_row
from .measure import ratio, seconds_in_turn
from .report import Row

AUDIT_AT_MOST = 2.5
ROWS, LENGTH = 64, 64


def audit_rows(lm: LanguageModel, rounds: int) -> Iterator[Row]:
    """Scores of one batch, and one gradient of its likelihood, each over one forward pass of the same batch."""
    tokens = jax.random.randint(jax.random.key(0), (ROWS, LENGTH), 0, lm.config.vocabulary)
    v = jax.tree.map(lambda leaf: jnp.asarray(0.01, leaf.dtype) * leaf, lm.params)
    forward = jax.jit(partial(token_log_likelihoods, lm.apply))
    scores = jax.jit(partial(token_scores, lm.apply))
    gradient = jax.jit(jax.grad(lambda params: jnp.sum(token_log_likelihoods(lm.apply, params, tokens))))
    programs = {
        "forward pass": lambda: forward(lm.params, tokens),
        "audit": lambda: scores(lm.params, v, tokens),
        "gradient": lambda: gradient(lm.params),
    }
    seconds = seconds_in_turn(programs, rounds)
    batch = f"{ROWS} × {LENGTH} tokens"
    audit = ratio(seconds, "audit", "forward pass")
    what = f"time of the audit's scores over one forward pass, {batch}"
    yield timed_row(what, audit, seconds, f"≤ {AUDIT_AT_MOST:g}", audit.median <= AUDIT_AT_MOST)
    yield timed_row(f"time of one gradient over one forward pass, {batch}", ratio(seconds, "gradient", "forward pass"),
                 seconds, "", None)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on the checkpoint that is named; 2 without one."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 1 or not Path(given[0]).is_dir():
        print("usage: python -m benchmarks.lm_audit CHECKPOINT (a folder in the Hugging Face layout)", file=sys.stderr)
        return 2
    for row in audit_rows(load(given[0], tokenizer=False), rounds=25):
        print(f"{row.what}: {row.measured}" + (f" (asked {row.asked})" if row.asked else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
