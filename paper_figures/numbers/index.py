"""From an experiment's name to its numbers."""

from __future__ import annotations

import importlib
from pathlib import Path

from .. import ROOMS
from ..drawing import transfers
from ..drawing.reading import COMMITTED, read
from . import one_axis, peers
from .auxiliary_logits import primary

ONE_AXIS = "lm_one_axis"
"""A figure of all miniature records, without one of its own."""
SWEEPS = "sweeps"
"""All sweeps of the auxiliary logits together."""
PEERS = "lm_peers"
"""A benchmark, whose file lies beside the documentation."""


def of(name: str, folder: Path = COMMITTED) -> dict[str, str]:
    """The numbers that text may say of one experiment, in words, by key; none where its room has no such function.

    Args:
        name: of the experiment.
        folder: of records.

    Raises:
        RecordError: if the record is missing, damaged, or lacks rows.
    """
    if name == ONE_AXIS:
        return one_axis.lm_one_axis({one.record: read(one.record, folder) for one in transfers.TRANSFERS})
    room = next(room for room, names in ROOMS.items() if name in names)
    function = getattr(importlib.import_module(f"paper_figures.numbers.{room}"), name, None)
    return {} if function is None else function(read(name, folder))


def everything(folder: Path = COMMITTED) -> dict[str, dict[str, str]]:
    """The numbers of all experiments, and of the benchmark whose file is committed."""
    found = {name: of(name, folder) for name in (*(name for names in ROOMS.values() for name in names), ONE_AXIS)}
    sweeps = primary.sweeps({name: read(name, folder) for name in primary.PRIMARY})
    return found | {SWEEPS: sweeps, PEERS: peers.lm_peers(peers.report())}
