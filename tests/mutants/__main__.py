"""``python -m tests.mutants``: plant every fault, write the record and docs/mutants.md, fail where one survives."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue

from .hunt import Seen, copy, hunted
from .page import page
from .table import ROOT, Fault, faults

RECORD = Path(__file__).parent / "record.json"
ENOUGH = 0.95
"""Of the faults in what verify computes with, this share must be noticed by verify alone."""


def main(arguments: list[str] | None = None) -> int:
    """Run the hunt; 1 where a fault survives, or verify notices too few."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--only", default="", help="faults whose file or words contain this")
    parser.add_argument("--jobs", type=int, default=2, help="faults at once, each in a copy of the checkout")
    parser.add_argument("--resume", action="store_true", help="keep what record.json says")
    options = parser.parse_args(arguments)
    every = faults()
    wanted = [one for one in every if options.only in one.file or options.only in one.wrong]
    known: dict[str, Seen] = _known() if options.resume or options.only else {}
    missing = [one for one in wanted if options.only or known.get(_key(one), "nobody") == "nobody"]
    started, copies = time.monotonic(), SimpleQueue()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(options.jobs) as pool:
        for number in range(options.jobs):
            copies.put(copy(Path(folder) / str(number)))

        def one(fault: Fault) -> Seen:
            checkout = copies.get()
            try:
                return hunted(fault, checkout)
            finally:
                copies.put(checkout)

        for number, (fault, seen) in enumerate(zip(missing, pool.map(one, missing), strict=True), 1):
            known[_key(fault)] = seen
            _write(every, known)
            print(f"[{time.monotonic() - started:.0f} s] {number} of {len(missing)}: {seen:7} {fault.name}", flush=True)
    complete = {fault: known[_key(fault)] for fault in every if _key(fault) in known}
    if len(complete) == len(every):
        (ROOT / "docs" / "mutants.md").write_text(page(complete), encoding="utf-8")
    survivors = [fault.name for fault in wanted if known[_key(fault)] == "nobody"]
    by_verify = [known[_key(fault)] == "verify" for fault in wanted if fault.only]
    share = sum(by_verify) / len(by_verify) if by_verify else 1.0
    print(f"verify notices {sum(by_verify)} of {len(by_verify)} faults; {len(survivors)} survive verify and tests.")
    for name in survivors:
        print(f"survivor: {name}")
    return int(bool(survivors) or (share < ENOUGH and not options.only))


def _key(fault: Fault) -> str:
    return json.dumps([fault.file, fault.old, fault.new, fault.only, fault.tests], ensure_ascii=False)


def _known() -> dict[str, Seen]:
    stored = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else []
    return {json.dumps(entry["fault"], ensure_ascii=False): entry["noticed by"] for entry in stored}


def _write(every: tuple[Fault, ...], known: dict[str, Seen]) -> None:
    kept = [
        {"fault": json.loads(_key(fault)), "noticed by": known[_key(fault)]} for fault in every if _key(fault) in known
    ]
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
