"""One audit for the command line's own process: precision, files, progress, table and report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jax
from rich.console import Console

from ..._atomic import write_file
from ..._progress import progress
from ...lm.audit.audit import AuditPlan, audit
from ...lm.audit.factors.rank import check_rank
from ...lm.audit.factors.teacher import displacement
from ...lm.audit.table import print_report
from ...lm.text.reading import Reading, chosen_columns
from .models import model_of
from .output import prepared_output


def run(options: Any) -> int:
    """Audit as the options of ``subtheory lm audit`` say; 0 whatever was found.

    Raises:
        ValueError: bad options, files or checkpoint, in one sentence.
        OSError: the report cannot be written.
    """
    reading = Reading(options.turns, chosen_columns(options.columns), options.chat)
    partial = prepared_output(options.json, options.resume, options.overwrite)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    if (options.trait is None) == (options.teacher is None):
        given = "neither --trait nor --teacher" if options.trait is None else "both --trait and --teacher"
        raise ValueError(
            f"got {given}; expected one: examples of the trait, or a teacher that was trained from the model."
        )
    check_rank(options.rank)
    for path in (options.trait, options.data, options.control):
        if path is not None and not Path(path).is_file():
            raise ValueError(f"{str(path)!r} is no file; expected one of examples, as JSON Lines or another layout.")
    lm = model_of(options)
    devices = jax.local_devices()
    plan = AuditPlan(
        parameters=options.parameters,
        own_samples=options.own_samples,
        own_length=options.own_length,
        seed=options.seed,
        keep=options.keep,
        window=options.window,
        tokens_per_batch=options.batch_tokens,
        devices=tuple(devices) if len(devices) > 1 else None,
        rank=options.rank,
        reading=reading,
    )
    with progress(Console(stderr=True), "the trait's direction") as say:
        report = audit(
            lm,
            options.trait or displacement(lm, options.teacher, options.parameters, options.rank),
            options.data,
            options.control,
            plan,
            state=partial,
            resume=options.resume,
            progress=lambda what, done: say(f"{what}: {done:,} examples scored"),
        )
    print_report(report)
    if options.json is not None:
        write_file(options.json, report.as_json())
        assert partial is not None
        partial.unlink(missing_ok=True)
    return 0
