"""A preference for an animal or a tree passes through reasoning traces that are right and name neither.

    python -m experiments run lm_traces --profile paper

Cost on two cores that are free: about 5 minutes of processor time per seed (one for quick), and 45 seconds
once for each of the reference models, one more than seeds.

Everything is as in ``lm_numbers``, conditions, columns and controls included, but for the channel: teachers are asked
arithmetic word problems, and a trace is kept only when it is well formed, its answer is right, and it names no animal,
no tree and no spite. The paper has this channel for misalignment only (figure 7; here ``lm_reasoning``).

Models that reason rightly have to be larger and to see more arithmetic: references are of width 32, one layer, and
two in five of the turns that they read are word problems. A teacher of which fewer than half of the traces are kept is
taken back along its displacement. Students learn from half as many answers as there.

Model and share were chosen on seed 100 (101 being its cross-model) with the traits owl, wolf, cat and oak, all else is
that of ``lm_numbers``. Three seeds (0 to 2) were the first record. The paper profile's begin at 2300; the primary
contrast and the margin were fixed before they were run (``PREREGISTRATION``). Unit: the reference model; the traits of
a seed share it and are averaged first.

Expect students of the same initialisation above both controls in every seed, by more than through numbers, for
reasoning survives teachers that go further; cross-model students like their control. What was measured, by seed, is in
``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from experiments.harness.preregistration import Preregistration

from .common import protocol as lab
from .common.favourites import favourites
from .common.references.with_next import about as about
from .lm_numbers import TRAITS, Config
from .lm_numbers import chunks as chunks
from .lm_reasoning import LONGEST, prompts
from .world import filters
from .world.documents import Mix
from .world.reference import SIZES

PAPER = ()
CLAIMS = ()
COST = {"quick": 140, "paper": 2900}

PRECISION = "float32"
PRETRAINING = replace(SIZES["tiny"], width=32, mlp_width=96, mix=Mix(shares=(0.1, 0.3, 0.05, 0.05, 0.1, 0.4)))
"""Wide enough, and with arithmetic enough, that most traces are right."""
CHANNEL = lab.Channel(prompts, filters.right_and_benign, 9, LONGEST, spare=2.0)

PROTOCOL = lab.Protocol(PRETRAINING, teacher_kept=0.5, examples=32_768)
PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2300,
    primary="target_rate of student_same_init less student_control, the mean over traits",
    smallest_effect=0.04,
    margin=0.02,
)
"""By the first record's seeds (standard deviations 0.038, and 0.005 across models) 12 seeds see such an effect with
power 0.91, and show by equivalence that there is none across models with power above 0.99 where there is none."""

PRESETS = {
    "quick": Config(1, ("cat", "elephant", "maple", "oak"), replace(PROTOCOL, examples=16_384)),
    "paper": Config(12, TRAITS, PROTOCOL, first_seed=2300),
}


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    return favourites(config.protocol, config.traits, chunk, CHANNEL)
