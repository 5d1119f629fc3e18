"""One verification session: precision, data, progress, table and report, for the command line's own process."""

from __future__ import annotations

import dataclasses
import json
import math
import time
from collections.abc import Callable
from pathlib import Path

import jax
import jax.numpy as jnp
from rich.console import Console

from .._atomic import write_file
from .._progress import progress
from ..provenance import provenance
from ..setting import data as datasets
from ..setting.data import Dataset
from .claim import Claim
from .laboratory import Laboratory
from .runner import chosen, verify
from .table import summary, table

IMAGES = 256


def laboratory(loaded: Dataset, seeds: int) -> Laboratory:
    """The laboratory on the first 256 training images of a data set, in float64."""
    return Laboratory(
        images=jnp.asarray(loaded.train_images[:IMAGES].astype("float64")),
        labels=jnp.asarray(loaded.train_labels[:IMAGES]),
        seeds=seeds,
        data=loaded.name,
    )


def run(
    data: str,
    folder: Path | None,
    seeds: int,
    only: str,
    report: Path | None,
    begin: Callable[[], str] = lambda: "computing.",
) -> int:
    """Verify, print the table, write the report; 0 when everything is as theory says, else 1.

    float64 is switched on here, for this process, and nowhere in the library.

    Args:
        data: digits or mnist.
        folder: of MNIST's files.
        seeds: that every claim is tried with.
        only: results or claims, separated by commas; all where empty.
        report: file for all claims and their provenance.
        begin: called once nothing can be refused any more; what it returns is said first.

    Raises:
        ValueError: an unknown result or claim, fewer than one seed, a folder that is missing, incomplete or does not
            match its checksums.
        OSError: the report cannot be written.
    """
    wanted = chosen(only)
    if seeds < 1:
        raise ValueError(f"seeds is {seeds}; expected at least 1.")
    if folder is not None and data == "digits":
        raise ValueError("got --data-dir with --data digits, which are embedded; expected --data mnist with it.")
    if report is not None and not report.parent.is_dir():
        raise ValueError(f"the folder of --json {report} does not exist; expected an existing one.")
    loaded = datasets.load(data, folder)
    words = Console(stderr=True, soft_wrap=True, highlight=False)
    words.print(begin())
    jax.config.update("jax_enable_x64", True)
    lab = laboratory(loaded, seeds)
    started = time.perf_counter()
    claims: list[Claim] = []
    with progress(words, "verifying", len(wanted)) as say:
        for done, (result, found) in enumerate(verify(lab, wanted), 1):
            claims.extend(found)
            good = sum(claim.as_expected for claim in found)
            say(f"{result.id} {result.title}: {good} of {len(found)} as expected", done, now=True)
    seconds = time.perf_counter() - started
    console = Console(width=None if Console().is_terminal else 150)
    console.print(table(claims))
    console.print(summary(claims, seconds, data))
    if report is not None:
        config = {"command": "verify", "data": data, "seeds": seeds, "only": only}
        write_file(report, as_json(claims, provenance(config, seeds=list(range(seeds)), wall_seconds=seconds)))
    return 0 if all(claim.as_expected for claim in claims) else 1


def as_json(claims: list[Claim], where_from: dict) -> bytes:
    """The report: every claim in full, and its provenance. Numbers that JSON cannot hold become null."""

    def plain(claim: Claim) -> dict:
        fields = dataclasses.asdict(claim)
        for name in ("measured", "predicted", "tolerance"):
            value = fields[name]
            fields[name] = value if value is not None and math.isfinite(value) else None
        return fields

    document = {"claims": [plain(claim) for claim in claims], "provenance": where_from}
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
