"""One audit for the command line's own process: precision, files, progress, table and report."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import jax
from rich.console import Console

from ..._atomic import write_file
from ..._progress import progress
from ...lm.audit.audit import AuditPlan, audit
from ...lm.audit.factors.rank import check_rank
from ...lm.audit.factors.teacher import displacement
from ...lm.audit.inference.family import Family, check_level, family_of
from ...lm.audit.inference.placebo import check_placebos
from ...lm.audit.table import print_family, print_report
from ...lm.text.reading import Reading, chosen_columns
from .models import model_of
from .output import prepared_output


def run(options: Any) -> int:
    """Audit as the options of ``subtheory lm audit`` say; 0 whatever was found, unless a gate is asked for.

    Raises:
        ValueError: bad options, files or checkpoint, in one sentence.
        OSError: the report cannot be written.
    """
    names = [str(path) for path in options.trait or (options.teacher or "",)]
    if len(set(names)) != len(names):
        raise ValueError(f"--trait got {', '.join(names)}; expected each file only once.")
    check_placebos(options.placebos)
    if options.fail_above is not None:
        check_level(options.fail_above, len(names), options.placebos)
    reading = Reading(options.turns, chosen_columns(options.columns), options.chat)
    partial = prepared_output(options.json, options.resume, options.overwrite)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    if bool(options.trait) == (options.teacher is not None):
        given = "neither --trait nor --teacher" if not options.trait else "both --trait and --teacher"
        raise ValueError(
            f"got {given}; expected one: examples of the trait, or a teacher that was trained from the model."
        )
    check_rank(options.rank)
    for path in (*options.trait, options.data, options.control):
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
        placebos=options.placebos,
        reading=reading,
    )
    states = _states(partial, len(names))
    if options.overwrite:
        _forget(states)
    reports = []
    with progress(Console(stderr=True), "the trait's direction") as say:
        for trait, state in zip(options.trait or (None,), states, strict=True):
            of = f"{trait}: " if len(names) > 1 else ""
            report = audit(
                lm,
                displacement(lm, options.teacher, options.parameters, options.rank) if trait is None else trait,
                options.data, options.control, plan, state=state, resume=options.resume,
                progress=lambda what, done, of=of: say(f"{of}{what}: {done:,} examples scored"),
            )  # fmt: skip
            reports.append(report)
    family = family_of(names, reports)
    if len(reports) > 1:
        print_family(family)
    else:
        print_report(reports[0])
    if options.json is not None:
        write_file(options.json, family.as_json() if len(reports) > 1 else reports[0].as_json())
        _forget(states)
    return 0 if options.fail_above is None else _gate(family, options.fail_above)


def _states(partial: Path | None, traits: int) -> list[Path | None]:
    """Where each trait's audit keeps what is finished."""
    if partial is None or traits == 1:
        return [partial] * traits
    return [partial.with_name(f"{partial.name}.{place}") for place in range(1, traits + 1)]


def _forget(states: list[Path | None]) -> None:
    for state in states:
        if state is not None:
            state.unlink(missing_ok=True)


def _gate(family: Family, level: float) -> int:
    code, words = family.gate(level)
    print(f"{words} (exit code {code}).", file=sys.stderr)
    return code
