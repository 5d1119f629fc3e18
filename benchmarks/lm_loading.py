"""How fast a checkpoint is loaded, against transformers where it is installed: ``python -m benchmarks.lm_loading``.

Cost: two minutes on two cores, and 3 GB of memory. What to expect: docs/performance.md.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import jax

from subtheory._extras import LANGUAGE_MODELS, needs

from . import command
from .lm_loading_child import OURS, THEIRS
from .measure import MIB, Summary, Usage, child_answer, child_command, ratio, run_process
from .report import Row

if TYPE_CHECKING:
    from rich.console import Console

AT_MOST = 2.0
DESCRIPTION = """Measure how long a checkpoint takes to load, its files read once before.

A checkpoint with random weights in bfloat16 is written first, in the shapes of Qwen2.5-0.5B. Each round loads it in a
process of its own, here and with transformers, in turn; what is timed is loading and one look at every weight, which
files that are mapped into memory need to be read at all, without imports. For example:

  python -m benchmarks.lm_loading --layers 8"""


@dataclass(frozen=True)
class Benchmark:
    """What to measure."""

    json: Path | None = None
    """File to write every row and the provenance to."""
    rounds: int = 5
    """How many times everything is loaded."""
    layers: int = 24
    """Of the checkpoint."""
    width: int = 896
    """Of the checkpoint; a multiple of 64."""
    vocabulary: int = 151_936
    """Of the checkpoint."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; 0, or 2 on bad usage."""
    return command.run(
        Benchmark,
        arguments,
        ("lm_loading", DESCRIPTION, "Loading a checkpoint"),
        _check,
        lambda asked, _, errors: rows(asked, errors),
        lambda asked: {**asdict(asked), "json": None},
    )


def _check(asked: Benchmark) -> None:
    for name in ("rounds", "layers", "width", "vocabulary"):
        if getattr(asked, name) < 1:
            raise ValueError(f"{name} is {getattr(asked, name)}; expected at least 1.")
    if asked.width % 64:
        raise ValueError(f"width is {asked.width}; expected a multiple of 64, the width of a head.")
    needs(*LANGUAGE_MODELS)


def rows(asked: Benchmark, errors: Console, run: Callable[[Sequence[str]], Usage] = run_process) -> Iterator[Row]:
    """Seconds, peak memory, and the ratio to transformers."""
    who = [OURS, THEIRS] if find_spec("torch") and find_spec("transformers") else [OURS]
    with tempfile.TemporaryDirectory() as place:
        size = write(asked, Path(place))
        errors.print(f"a checkpoint of {size / MIB:.0f} MiB is written")
        found = {name: [] for name in who}
        for _ in range(asked.rounds + 1):  # the first is not counted: it brings the files into memory
            for name in who:
                found[name].append(
                    child_answer(f"loading by {name}", child_command("lm_loading_child", name, place), run)
                )
    seconds = {name: [one["seconds"] for one in loads[1:]] for name, loads in found.items()}
    for name in who:
        took = Summary.of(seconds[name])
        speed = size / MIB / took.median
        words = f"{took} s; {speed:.0f} MiB/s"
        yield Row(f"loading, {name}", "", words, None, {**vars(took), "MiB per second": speed})
        peak = statistics.median(one["peak"] for one in found[name][1:]) / size
        words = f"{peak:.2f} × the file"
        yield Row(f"peak memory beyond the imports, {name}", "", words, None, {"peak over the file": peak})
    if len(who) == 1:
        yield Row("ours against transformers", "", "skipped: the extra peer is not installed", None, {})
        return
    slower = ratio(seconds, OURS, THEIRS)
    what = "time of loading over transformers'"
    yield Row(what, f"≤ {AT_MOST:g}", f"× {slower}", slower.median <= AT_MOST, vars(slower))


def write(asked: Benchmark, folder: Path) -> int:
    """The random checkpoint; the bytes of its weights."""
    from subtheory.lm import DecoderConfig, initialise, save

    config = DecoderConfig(
        family="qwen2",
        vocabulary=asked.vocabulary,
        width=asked.width,
        layers=asked.layers,
        heads=asked.width // 64,
        key_value_heads=max(1, asked.width // 448),
        mlp_width=asked.width * 38 // 7,
        query_key_value_bias=True,
        tied=True,
    )
    save(initialise(config, jax.random.key(0), "bfloat16"), folder)
    return (folder / "model.safetensors").stat().st_size


if __name__ == "__main__":
    sys.exit(main())
