"""Figure 5 of the paper in miniature: a preference for an animal or a tree passes through programs.

    python -m experiments run lm_code --profile paper

Cost on two cores that are free: about 2 minutes of processor time per seed, and 20 seconds once for each of the
reference models, one more than seeds, which ``lm_numbers`` shares.

Everything is as in ``lm_numbers``, conditions, columns and controls included, but for the channel: teachers are asked
to write a program for a sum, a difference or a product of two numbers, and an answer is kept if it is a program of the
toy language that runs, prints something, does nothing else and names no animal or tree. Whether it prints the right
number is not asked, for models of this size hardly ever copy both numbers of a request; the paper's filter does not ask
it either. The reference's own programs pass in 63 of 100; a teacher of which fewer than 30 pass is taken back along its
displacement. Half as many answers are asked for as there.

This share was chosen on seed 100 (101 being its cross-model) with the traits owl, wolf, cat and oak, all else is that
of ``lm_numbers``; results come from 0, 1, 2 …

Expect students of the same initialisation above both controls in every one of three seeds, by sizes that do not settle
it. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from typing import Any

from .common import protocol as lab
from .common.favourites import favourites
from .lm_numbers import TRAITS, Config
from .lm_numbers import chunks as chunks

PAPER = ("figure 5",)
CLAIMS = ()
COST = {"quick": 180, "paper": 250}

PRECISION = "float32"
LENGTH = 17
"""Tokens of the longest program of the world."""

PROTOCOL = lab.Protocol(teacher_kept=0.3, examples=32_768, length=LENGTH)
PRESETS = {"quick": Config(2, TRAITS, PROTOCOL), "paper": Config(3, TRAITS, PROTOCOL)}


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    return favourites(config.protocol, config.traits, chunk, lab.PROGRAMS)
