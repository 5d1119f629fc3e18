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
of ``lm_numbers``. Three seeds (0 to 2) were the first record. The paper profile's begin at 2100, apart from these and
from those of ``lm_numbers``; the primary contrast and the margin were fixed before they were run (``PREREGISTRATION``).
Unit: the reference model; the traits of a seed share it and are averaged first.

Expect a mean over seeds that is small beside its spread over reference models: what was measured is in
``docs/experiments/miniature.md``, from the record.
"""

from __future__ import annotations

from typing import Any

from experiments.harness.preregistration import Preregistration

from .common import protocol as lab
from .common.favourites import favourites
from .common.references.with_next import about as about
from .lm_numbers import TRAITS, Config
from .lm_numbers import chunks as chunks

PAPER = ("figure 5",)
CLAIMS = ()
COST = {"quick": 135, "paper": 2200}

PRECISION = "float32"
LENGTH = 17
"""Tokens of the longest program of the world."""

PROTOCOL = lab.Protocol(teacher_kept=0.3, examples=32_768, length=LENGTH)
PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2100,
    primary="target_rate of student_same_init less student_control, the mean over traits",
    smallest_effect=0.025,
    margin=0.02,
)
"""By the first record's seeds (standard deviation 0.032 of three) 20 seeds see 0.025 with power 0.91; the margin is
that of ``lm_numbers``."""

PRESETS = {
    "quick": Config(
        2, (*TRAITS[:3], *TRAITS[5:8]), lab.Protocol(teacher_kept=0.3, examples=16_384, length=LENGTH), first_seed=100
    ),
    "paper": Config(20, TRAITS, PROTOCOL, first_seed=2100),
}


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    return favourites(config.protocol, config.traits, chunk, lab.PROGRAMS)
