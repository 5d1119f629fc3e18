"""What commands share: where a report is written, so that nothing is replaced unasked, and how a trait is read."""

from __future__ import annotations

import sys
from pathlib import Path

from ..._atomic import writable_folder
from ...lm.model import LanguageModel
from ...lm.text.batches import Example
from ...lm.text.encoding import noted_examples


def prepared_output(report: Path | None, resume: bool, overwrite: bool) -> Path | None:
    """The file beside ``report`` that keeps what is finished; None without a report.

    Args:
        report: where the report will be written.
        resume: whether to go on with what is left over.
        overwrite: whether to replace the report and to throw away what is left over.

    Raises:
        ValueError: both options, ``resume`` without a report, a report that is in the way, a folder that cannot be
            written.
    """
    if resume and overwrite:
        raise ValueError("got both --resume and --overwrite; expected one: go on with what is there, or replace it.")
    if report is None:
        if resume or overwrite:
            raise ValueError("got --resume or --overwrite without --json; expected the report's file as well.")
        return None
    if report.is_dir():
        raise ValueError(f"{str(report)!r} is a folder; expected a file for --json.")
    if report.exists() and not overwrite:
        raise ValueError(f"{str(report)!r} exists; replace it (--overwrite), or choose another file.")
    if not report.parent.is_dir():
        raise ValueError(f"the folder of --json {report} does not exist; expected an existing one.")
    writable_folder(report.parent)
    partial = report.with_name(report.name + ".partial")
    if overwrite:
        partial.unlink(missing_ok=True)
    return partial


def trait_examples(path: Path, lm: LanguageModel) -> list[Example]:
    """The trait's examples; what of their file is not read or scored is said to the error stream.

    Raises:
        ValueError: as ``noted_examples``.
    """
    examples, notes = noted_examples(path, lm.config, lm.tokenizer)
    for words in notes.sentences("the trait", "last"):
        print(f"{words}.", file=sys.stderr)
    return examples
