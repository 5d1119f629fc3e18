"""One verification of a model for the command line's own process: precision, files, table and report."""

from __future__ import annotations

from typing import Any

import jax
from rich import box
from rich.console import Console
from rich.table import Table

from ..._atomic import write_file
from ..._progress import progress
from ...lm.text.prompts import encoded_prompts, read_prompts
from ...lm.verification.verify import ModelStepReport, verify_model
from .models import model_of
from .output import prepared_output, trait_examples


def run(options: Any) -> int:
    """Verify as the options of ``subtheory lm verify`` say; 0 if the lemma and the theorem hold, else 1.

    Raises:
        ValueError: bad options, files or checkpoints, in one sentence.
        OSError: the report cannot be written.
    """
    prepared_output(options.json, False, options.overwrite)
    if options.samples < 0:
        raise ValueError(f"samples is {options.samples}; expected 0 or more.")
    texts = read_prompts(options.prompts)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    lm = model_of(options)
    trait = trait_examples(options.trait, lm)
    other = None if options.other is None else model_of(options, options.other)
    with progress(Console(stderr=True), "one step of the teacher and one of the student"):
        report = verify_model(
            lm,
            trait,
            encoded_prompts(lm, texts),
            options.epsilon,
            options.alpha,
            other=other,
            samples=options.samples,
            max_new_tokens=options.max_new_tokens,
            seed=options.seed,
            tokens_per_batch=options.batch_tokens,
        )
    print_report(report)
    if options.json is not None:
        write_file(options.json, report.as_json())
    return 0 if report.step.lemma_holds and report.step.theorem_holds else 1


def print_report(report: ModelStepReport) -> None:
    """Numbers, then the parts by layer, as wide as the terminal, or 110 columns where there is none."""
    console = Console(highlight=False)
    console = Console(highlight=False, width=None if console.is_terminal else 110)
    console.print(_numbers(report))
    console.print(_shares(report))
    for premise in report.step.premises:
        console.print(str(premise), style="dim")


def _numbers(report: ModelStepReport) -> Table:
    step = report.step
    table = Table("", "simulated", "predicted", box=box.SIMPLE_HEAD, pad_edge=False)
    table.title = f"ε = {step.epsilon:g}, α = {step.alpha:g}, {report.places:,} places"
    table.title_justify = "left"

    def row(name: str, measured: float, predicted: float | None = None) -> None:
        table.add_row(name, f"{measured:.6g}", "" if predicted is None else f"{predicted:.6g}")

    row("trait loss of the reference, nats per token", report.trait_loss)
    row("trait loss of the teacher", report.teacher_trait_loss)
    row("φ(ε) = Δθ_S·v", step.inner_product, step.predicted_inner_product)
    row("the same by the identity T5", report.identity)
    row("cosine of Δθ_S and v", step.cosine, step.predicted_cosine)
    assert step.trait_loss_change is not None
    row("change of the student's trait loss", step.trait_loss_change, step.predicted_trait_loss_change)
    table.add_row("sign certified at this ε (T5)", "yes" if step.certified else "no", "")
    if report.samples is not None:
        drawn = report.samples
        table.add_section()
        phi = f"{drawn.inner_product:.5g} ± {drawn.standard_error:.2g}"
        table.add_row(
            f"sampled channel, φ of {drawn.examples:,} completions", phi,
            f"{drawn.predicted:.5g} ± {drawn.predicted_error:.2g}",
        )  # fmt: skip
        row("cosine of Δθ_S and v", drawn.cosine)
        row("change of the trait loss", drawn.trait_loss_change)
        row("φ of the reference's own samples", drawn.control, 0.0)
        row("change of the trait loss with these", drawn.control_trait_loss_change)
    if report.other is not None:
        other = report.other
        table.add_section()
        row("other init: φ, naive", other.naive)
        row("other init: φ, trained minus untrained teacher", other.paired, other.predicted_paired)
        row("its cosine with v", other.paired_cosine)
        row("change of that student's trait loss", other.trait_loss_change)
    return table


def _shares(report: ModelStepReport) -> Table:
    table = Table("layer", "group", "part of φ", "part of εA", box=box.SIMPLE_HEAD, pad_edge=False)
    table.title, table.title_justify = "Where the alignment lies", "left"
    for share, predicted in zip(report.shares, report.predicted_shares, strict=True):
        layer = "" if share.layer is None else str(share.layer)
        table.add_row(layer, share.group, f"{share.value:.4g}", f"{predicted.value:.4g}")
    return table
