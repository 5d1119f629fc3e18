"""docs/mutants.md: who saw which fault, made from the record."""

from __future__ import annotations

from collections.abc import Mapping

from .hunt import Seen
from .table import Fault

HEAD = """# What verify can refute

`make mutants` plants faults one at a time into a copy of the package: a sign, a factor, a forgotten α, a swapped
argument. `subtheory verify` then tries the results that the file serves; where it stays green, the tests named for the
fault do. A fault that nobody notices fails the command. This page is made from the last run; a table of faults serves
better here than a tool that mutates every operator (mutmut, cosmic-ray), because a fault should be one that a
mathematician could make, and a run of verify costs seconds.

"""


def page(found: Mapping[Fault, Seen]) -> str:
    """The whole page."""
    shown = {fault: seen for fault, seen in found.items() if fault.only}
    count = sum(seen == "verify" for seen in shown.values())
    caught = sum(seen != "nobody" for seen in found.values())
    lines = [
        f"{len(found)} faults, {len(shown)} of them in what verify computes with: verify notices {count} of these "
        f"{len(shown)} ({100 * count / max(len(shown), 1):.0f} %), verify and tests together {caught} of {len(found)}.",
        "",
        "| file | what is wrong | verify tried | noticed by |",
        "|---|---|---|---|",
        *(
            f"| `{fault.file}` | {fault.wrong} | {fault.only or 'not its business'} | {seen} |"
            for fault, seen in found.items()
        ),
    ]
    return HEAD + "\n".join(lines) + "\n"
