"""What an audit costs, with a dense direction and with factors: ``python -m benchmarks.lm_audit [--json FILE]``.

Cost: about a minute on two cores. What to expect: docs/performance.md.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import subtheory as st
from subtheory.lm.audit.direction import Direction
from subtheory.lm.audit.factors.direction import factored_direction
from subtheory.lm.audit.score import token_scores
from subtheory.lm.audit.scoring import Workload
from subtheory.lm.text.batches import Example

from . import command
from .measure import MIB, ratio, seconds_in_turn
from .problem import temporary_bytes
from .report import Row

PASSES_AT_MOST, MEMORY_AT_MOST = 2.2, 1.3
DESCRIPTION = """Measure an audit's scores against one forward pass, by a dense direction and by one in factors (T16).

A random model of Llama's shape in float32. What is compared runs in turn, in processor time; every ratio is that of one
round: median (least to most). Memory is what the compiled programs take, arguments and intermediate results. The exit
code is 0 also where a bound is missed. For example:

  python -m benchmarks.lm_audit --width 2048 --rounds 5"""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 9
    """How many times everything is timed."""
    width: int = 1024
    """D; a head has 64 components, the perceptron 2.75 D units."""
    layers: int = 2
    """How many."""
    vocabulary: int = 2048
    """V."""
    sequences: int = 4
    """B, in a batch of the data."""
    length: int = 64
    """T, tokens in a sequence, of the data and of the trait."""
    trait: int = 8
    """Sequences of the trait; one row has a quarter of them."""
    rank: int = 64
    """To which a direction is truncated."""
    dtype: str = "float32"
    """Of the weights."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("lm_audit", DESCRIPTION, "An audit's scores over one forward pass"),
        _prepared,
        lambda asked, made, errors: rows(asked, made),
        lambda asked: {**asdict(asked), "json": None},
    )


def _prepared(asked: Benchmark) -> tuple[st.lm.LanguageModel, dict[str, Direction]]:
    for name in ("rounds", "width", "layers", "vocabulary", "sequences", "length", "trait", "rank"):
        if getattr(asked, name) < (4 if name == "trait" else 1):
            raise ValueError(f"{name} is {getattr(asked, name)}; expected at least {4 if name == 'trait' else 1}.")
    heads = max(1, asked.width // 64)
    config = st.lm.DecoderConfig(
        vocabulary=asked.vocabulary, width=asked.width, layers=asked.layers, heads=heads,
        key_value_heads=max(1, heads // 4) if heads % 4 == 0 else heads, mlp_width=11 * asked.width // 4,
        context=asked.length,
    )  # fmt: skip
    lm = st.lm.initialise(config, jax.random.key(0), asked.dtype)
    drawn = np.random.default_rng(0).integers(0, asked.vocabulary, (asked.trait, asked.length))
    trait = [Example(row[: asked.length // 4], row[asked.length // 4 :]) for row in drawn]
    few = trait[: asked.trait // 4]
    work = Workload(longest=asked.length)
    n, everything = asked.trait * (asked.length - 1), 10**9
    return lm, {
        "dense": st.lm.trait_direction(lm, trait, work),
        f"factors of {n // 4} tokens": factored_direction(lm, few, work, rank=everything),
        f"factors of {n} tokens": factored_direction(lm, trait, work, rank=everything),
        f"rank {asked.rank} of {n} tokens": factored_direction(lm, trait, work, rank=asked.rank),
    }


def rows(asked: Benchmark, made: tuple[st.lm.LanguageModel, dict[str, Direction]]) -> Iterator[Row]:
    """Time and memory of every direction's scores."""
    lm, directions = made
    shape = asked.sequences, asked.length
    tokens = jnp.asarray(np.random.default_rng(1).integers(0, asked.vocabulary, shape, dtype=np.int32))
    programs: dict[str, tuple[jax.stages.Compiled, tuple[Any, ...]]] = {
        "forward": _compiled(lambda params, v: lm.apply(params, tokens), lm.params, None)
    }
    for name, one in directions.items():
        programs[name] = _compiled(partial(_scores, lm, tokens), lm.params, one.v)
    timed: dict[str, Callable[[], Any]] = {name: partial(run, *given) for name, (run, given) in programs.items()}
    seconds = seconds_in_turn(timed, asked.rounds, time.process_time)
    cut = f"rank {asked.rank} "
    for name, one in directions.items():
        passes = ratio(seconds, name, "forward")
        bound = PASSES_AT_MOST if name.startswith(cut) else None
        words = f"× {passes}" + (f"; leaves out {one.left_out:.1%}, cosine {one.cosine:.5f}" if one.rank else "")
        yield Row(
            f"time, {name}",
            "" if bound is None else f"≤ {bound}",
            words,
            None if bound is None else passes.median <= bound,
            {**vars(passes), "left_out": one.left_out, "cosine": one.cosine},
        )
    weights = _bytes(lm.params)
    least = weights + temporary_bytes(programs["forward"][0])
    for name, one in directions.items():
        taken = weights + _bytes(one.v) + temporary_bytes(programs[name][0])
        bound = MEMORY_AT_MOST if name.startswith(cut) else None
        yield Row(
            f"memory, {name}",
            "" if bound is None else f"≤ {bound}",
            f"× {taken / least:.2f} ({taken / MIB:.0f} over {least / MIB:.0f} MiB, {_bytes(one.v) / MIB:.0f} of v)",
            None if bound is None else taken <= bound * least,
            {"bytes": float(taken), "forward": float(least), "direction": float(_bytes(one.v))},
        )


def _scores(lm: st.lm.LanguageModel, tokens: jax.Array, params: Any, v: Any) -> jax.Array:
    return jnp.sum(token_scores(lm.apply, params, v, tokens)[1], axis=1)


def _compiled(function: Callable[[Any, Any], jax.Array], params: Any, v: Any) -> tuple[jax.stages.Compiled, tuple]:
    return jax.jit(function).lower(params, v).compile(), (params, v)


def _bytes(tree: Any) -> int:
    """Of all arrays, each counted once though several maps may share it."""
    return sum(leaf.nbytes for leaf in {id(leaf): leaf for leaf in jax.tree.leaves(tree)}.values())


if __name__ == "__main__":
    sys.exit(main())
