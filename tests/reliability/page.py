"""docs/reliability.md, made from the record of the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEAD = """# Mistakes, malice and hard circumstances

`python -m tests.reliability` changes configs, headers of weights, indices, tokenizers, chat templates, records and idx
files at random (from fixed seeds), and tries each in a process that has 2 GB of memory and 15 seconds of processor
time. A trial may end in success or in one sentence; configs, weights and indices go through the command line as well,
whose exit code must be 2.
Then it interrupts audits, experiments and distillations at random moments, and runs an audit in circumstances that
machines bring about. This page is made from the last run's record, `tests/reliability/record.json`.

"""


def page(record: Mapping[str, Any]) -> str:
    """The whole page."""
    ended = record["mutations"]
    ways = ("success", "sentence", "traceback", "hang", "crash")
    sums = {way: sum(one[way] for one in ended.values()) for way in ways}
    total = sum(sums.values())
    bad = total - sums["success"] - sums["sentence"]
    lines = [
        "## Mutations",
        "",
        f"{total} mutations: {sums['success']} loaded all the same, {sums['sentence']} ended in one sentence, "
        f"{bad} did anything else.",
        "",
        "| mutated | " + " | ".join(ways) + " |",
        "|---" * (1 + len(ways)) + "|",
        *(f"| {kind} | " + " | ".join(str(one[way]) for way in ways) + " |" for kind, one in ended.items()),
        "",
        "## Interruptions",
        "",
        "A run gets a signal at a random moment. Then the same command goes on with it (audit and experiment, with",
        "`--resume`) or does it again (distillation, with `--overwrite`), and its files are compared with those of a",
        "run that nobody disturbed; of an experiment all but `run.json`, which holds times.",
        "",
        "| run | signal | sent | the same bytes in the end | stray files | tracebacks |",
        "|---|---|---|---|---|---|",
        *(
            f"| {kind} | {name} | {one['sent']} | {one['same bytes']} | {one['stray files']} | {one['tracebacks']} |"
            for kind, by_signal in record["interruptions"].items()
            for name, one in by_signal.items()
        ),
        "",
        "## Circumstances",
        "",
        "| a run where there is | ends |",
        "|---|---|",
        *(f"| {what} | {how} |" for what, how in record["surroundings"].items()),
        "",
        "Run with " + ", ".join(f"{name} {version}" for name, version in record["versions"].items()) + ".",
    ]
    return HEAD + "\n".join(lines).replace("| head -1", "\\| head -1") + "\n"
