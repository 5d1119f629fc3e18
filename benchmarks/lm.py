"""Language models measured: ``python -m benchmarks.lm FOLDER [--json FILE]``, against PyTorch where it is installed.

Cost: about two minutes on two cores for the checkpoint stories260k. What to expect: docs/language_models.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import jax
import jax.numpy as jnp
import numpy as np
import tyro

import subtheory as st
from subtheory._extras import LANGUAGE_MODELS, needs

from . import command
from .measure import ratio, seconds_in_turn
from .problem import temporary_bytes
from .report import Row

if TYPE_CHECKING:
    from .lm_programs import Programs

PEER = "PyTorch"
AUDIT_AT_MOST = 2.5
DESCRIPTION = """Measure a language model: forward pass, gradient, attribution and generation, as ratios within one run.

What is compared runs in turn, round by round, and every ratio is that of one round: median (least to most). PyTorch
(eager) and transformers, where they are installed, read the same folder and the same tokens. For example:

  python -m benchmarks.lm path/to/checkpoint --json measured.json"""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    folder: Annotated[Path, tyro.conf.Positional]
    """The checkpoint's folder."""
    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 9
    """How many times everything is timed."""
    sequences: int = 16
    """B, in a batch."""
    length: int = 128
    """T, tokens in a sequence."""
    new_tokens: int = 64
    """Tokens that generation adds to each of B prompts of 8 tokens."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("lm", DESCRIPTION, "Language models"),
        _programs,
        lambda asked, programs, errors: _rows(asked, programs),
        lambda asked: {**asdict(asked), "json": None, "folder": asked.folder.name},
    )


def _programs(asked: Benchmark) -> Programs:
    for name in ("rounds", "sequences", "length", "new_tokens"):
        if getattr(asked, name) < 1:
            raise ValueError(f"{name} is {getattr(asked, name)}; expected at least 1.")
    needs(*LANGUAGE_MODELS)
    from .lm_programs import Programs

    lm = st.lm.load(asked.folder, tokenizer=False)
    rng = np.random.default_rng(0)
    tokens = rng.integers(0, lm.config.vocabulary, (asked.sequences, asked.length), dtype=np.int32)
    v = jax.tree.map(lambda leaf: jnp.asarray(0.01 * rng.standard_normal(leaf.shape), leaf.dtype), lm.params)
    return Programs(lm, tokens, v)


def _rows(asked: Benchmark, programs: Programs) -> Iterator[Row]:
    forward, given = programs.compiled(programs.forward)
    gradient, _ = programs.compiled(programs.gradient)
    yield from _scores(programs, partial(forward, *given), asked.rounds)
    ours: dict[str, Callable[[], Any]] = {
        "forward pass": partial(forward, *given),
        "gradient": partial(gradient, *given),
        "generation": programs.generation(programs.tokens[:, :8], asked.new_tokens),
    }
    if find_spec("torch") is None or find_spec("transformers") is None:
        yield Row("ours against PyTorch", "", "skipped: the extra peer is not installed", None, {})
        return
    from .lm_torch import Peer

    peer = Peer(asked.folder)
    theirs = {
        "forward pass": peer.forward(programs.tokens.astype(np.int64)),
        "gradient": peer.gradient(programs.tokens.astype(np.int64)),
        "generation": peer.generation(programs.tokens[:, :8].tolist(), asked.new_tokens),
    }
    for name in ours:
        seconds = seconds_in_turn({"ours": ours[name], PEER: theirs[name]}, asked.rounds)
        speed = {who: float(np.median(values)) for who, values in seconds.items()}
        if name == "generation":
            written = asked.sequences * asked.new_tokens
            faster = ratio(seconds, PEER, "ours")
            rates = {f"tokens per second, {who}": written / value for who, value in speed.items()}
            words = f"× {faster}; {rates['tokens per second, ours']:.0f} tokens/s"
            yield Row("generation: tokens/s over transformers.generate's", "", words, None, {**vars(faster), **rates})
            continue
        quotient = ratio(seconds, "ours", PEER)
        numbers = {**vars(quotient), **{f"seconds of {who}": value for who, value in speed.items()}}
        yield Row(f"time of one {name} over PyTorch's", "≤ 1", f"× {quotient}", quotient.median <= 1, numbers)


def _scores(programs: Programs, forward: Callable[[], Any], rounds: int) -> Iterator[Row]:
    """Scores of whole sequences along v: by one JVP against a forward pass, and against one gradient each."""
    by_jvp, given = programs.compiled(programs.scores_by_jvp)
    by_gradients, _ = programs.compiled(programs.scores_by_gradients)
    timed = {"JVP": partial(by_jvp, *given), "gradients": partial(by_gradients, *given), "forward": forward}
    seconds = seconds_in_turn(timed, rounds)
    audit = ratio(seconds, "JVP", "forward")
    met = audit.median <= AUDIT_AT_MOST
    yield Row("audit: scores of a batch over one forward pass", f"≤ {AUDIT_AT_MOST:g}", f"× {audit}", met, vars(audit))
    slower = ratio(seconds, "gradients", "JVP")
    yield Row("attribution: time of vmap(grad) over one JVP", "> 1", f"× {slower}", slower.median > 1, vars(slower))
    needed = {"JVP": temporary_bytes(by_jvp), "gradients": temporary_bytes(by_gradients)}
    share = needed["JVP"] / max(needed["gradients"], 1)
    numbers = {f"bytes of {name}": float(value) for name, value in needed.items()}
    what = "attribution: extra memory of one JVP over vmap(grad)"
    yield Row(what, "< 1", f"{share:.3f}", share < 1, {"share": share, **numbers})


if __name__ == "__main__":
    sys.exit(main())
