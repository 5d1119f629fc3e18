"""The table of packages, from the file of the last ``python -m benchmarks.lm_peers --json docs/lm_peers.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .words import number, percent, power, share, table

REPORT = Path(__file__).resolve().parents[2] / "docs" / "lm_peers.json"
HEAD = ("method", "seconds, first", "seconds, again", "MiB more", "agreement", "recall", "LDS")
AUDIT, LOOP = "audit", "backward passes"


def report(path: Path = REPORT) -> Mapping[str, Any]:
    """The committed file."""
    return json.loads(path.read_text(encoding="utf-8"))


def lm_peers(found: Mapping[str, Any]) -> dict[str, str]:
    """What the page of the miniature room says of the audit beside other packages."""
    rows = {row["what"]: row["numbers"] for row in found["rows"] if row["numbers"]}
    config = found["provenance"]["config"]
    lines = [
        (
            method, number(n["first"]), number(n["again"]), number(n["bytes"] / 2**20, 0), number(n["agreement"], 4),
            share(n["recall"]), share(n["LDS"], 2),
        )
        for method, n in rows.items()
    ]  # fmt: skip
    return {
        "table": table(HEAD, lines),
        "candidates": number(config["candidates"], 0),
        "planted": percent(config["planted"], 1),
        "halves": str(config["halves"]),
        "loop_again": percent(rows[AUDIT]["again"] / rows[LOOP]["again"]),
        "bergson_again": percent(rows[AUDIT]["again"] / rows["bergson"]["again"]),
        "difference": power(rows[LOOP]["difference"]),
        "versions": ", ".join(f"{name} {number_of}" for name, number_of in config["peers"].items()),
    }
