"""One self-test of the audit for the command line's own process."""

from __future__ import annotations

import time
from typing import Any

import jax
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..._atomic import write_file
from ..._progress import progress
from ...lm.audit.selftest import SelfTest as Found
from ...lm.audit.selftest import SelfTestPlan, selftest
from ...lm.checkpoint.folder import load
from ...lm.text.prompts import encoded_prompts, read_prompts
from .output import prepared_output, trait_examples


def run(options: Any) -> int:
    """Test as the options of ``subtheory lm selftest`` say.

    Raises:
        ValueError: bad options, files or checkpoint, in one sentence.
        OSError: the report cannot be written.
    """
    plan = SelfTestPlan(
        examples=options.examples, pool=options.pool, longest=options.max_new_tokens, strength=options.strength,
        level=options.level, repetitions=options.repetitions, seed=options.seed, tokens_per_batch=options.batch_tokens,
    )  # fmt: skip
    prepared_output(options.json, False, options.overwrite)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    prompts = None if options.prompts is None else read_prompts(options.prompts)
    lm = load(options.checkpoint, options.dtype)
    trait = None if options.trait is None else trait_examples(options.trait, lm)
    started = time.monotonic()
    with progress(Console(stderr=True), "the self-test") as say:
        ids = None if prompts is None else encoded_prompts(lm, prompts)
        found = selftest(lm, trait, ids, plan, say)
    print_selftest(found, time.monotonic() - started)
    if options.json is not None:
        write_file(options.json, found.as_json())
    return 0


def print_selftest(found: Found, seconds: float) -> None:
    """Power by dose, the verdict, and what it cost."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=None if console.is_terminal else 120)
    table = Table("written by the teacher", f"found at p ≤ {found.level:g}", box=box.SIMPLE_HEAD, pad_edge=False)
    for dose, power in zip(found.doses, found.power, strict=True):
        table.add_row(f"{dose:.1%}", f"{power:.1%}" + ("  (false alarms)" if dose == 0 else ""))
    cost = (
        f"{found.written:,} examples were written and {found.tokens:,} tokens scored in {seconds:.0f} s; each row is "
        f"{found.repetitions:,} audits of {found.examples:,} against {found.examples:,} of their scores."
    )
    verdict = Text(f"{found.verdict[0].upper()}{found.verdict[1:]}", style="bold")
    console.print(table, Text(cost, style="dim"), verdict)
