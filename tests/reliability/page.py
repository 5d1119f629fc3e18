"""docs/reliability.md, made from the record of the campaign."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HEAD = """# Mistakes, malice and hard circumstances

`python -m tests.reliability` changes configs, headers of weights, indices, tokenizers, chat templates, records and idx
files at random (from fixed seeds), and tries each in a process that has 2 GB of memory and 15 seconds. A trial may end
in success or in one sentence; configs, weights and indices go through the command line as well, whose exit code
must be 2.
Then it interrupts audits that can be resumed, and runs one in circumstances that machines bring about. This page is
made from the last run's record, `tests/reliability/record.json`.

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
        "An audit in a hundred windows gets a signal at a random moment, and is then gone on with (`--resume`).",
        "",
        "| signal | sent | the same bytes in the end | stray files | tracebacks |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {one['sent']} | {one['same bytes']} | {one['stray files']} | {one['tracebacks']} |"
            for name, one in record["interruptions"].items()
        ),
        "",
        "## Circumstances",
        "",
        "| an audit where | ends |",
        "|---|---|",
        *(f"| {what} | {how} |" for what, how in record["surroundings"].items()),
        "",
        "Run with " + ", ".join(f"{name} {version}" for name, version in record["versions"].items()) + ".",
    ]
    return HEAD + "\n".join(lines).replace("| head -1", "\\| head -1") + "\n"
