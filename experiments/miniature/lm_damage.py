"""Is the cross-model null a floor? Students on their way, compared where they have forgotten equally much.

    python -m experiments run lm_damage --profile paper

Cost on two cores: about a minute of processor time per seed, that of its reference models included.

Numbers written by another model damage a student: it forgets to name animals and trees at all, so that a trait could
pass and not be seen. Here students of a teacher's numbers and of the reference's own are looked at on their way:
``step``, ``target_rate``, and ``document loss``, the nats per token of documents of the reference models' kind that
neither they nor their students were trained on. Whoever reads the record compares ``student_same_init`` with
``student_control``, and ``cross_model`` with ``cross_model_control``, where the loss of both is the same: at the
largest loss that both ways reach, and at half of it, above the start's; each where it first reaches it, between two
looks by a straight line.

Teachers, requests, filter and training are those of ``lm_numbers``.

Settings were those of ``lm_numbers`` and not chosen anew; it was run once on seed 100 to see that it runs. A first
record had 12 test seeds from 3500 on and the contrast at the largest loss for its primary one; at half of it
cross-model students stood above their control, which nobody had asked. The paper profile's seeds begin at 3600 and ask
it; contrast and margin were fixed before they were run (``PREREGISTRATION``). Unit: the reference model, its traits
averaged first.

Expect that cross-model students have lost far more of the documents than those of the same initialisation, and take on
next to nothing at equal loss either. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the
record.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of

from .common import protocol as lab
from .common.damage import held_out, watched
from .common.favourites import row
from .common.references.with_next import about as about

PAPER = ()
CLAIMS = ()
COST = {"quick": 60, "paper": 1200}

PRECISION = "float32"
STARTS = ("student_same_init", "cross_model")
CONTROLS = {"student_same_init": "student_control", "cross_model": "cross_model_control"}


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        traits: animals and trees.
        protocol: how teachers and students are made.
        looks: stretches of a student's training, before each of which it is looked at.
        documents: how many, of which the loss is taken.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "cherry", "willow")
    protocol: lab.Protocol = field(default_factory=lab.Protocol)
    looks: int = 32
    documents: int = 512
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101, *range(3500, 3513)),
    first_test_seed=3600,
    primary="target_rate of cross_model less cross_model_control, at half of the largest document loss that both reach",
    smallest_effect=0.018,
    margin=0.02,
)
"""By the first record's 12 seeds (standard deviation 0.025) 20 seeds see such a contrast with power 0.87. The margin is
for the same at the whole of that loss (0.026: power 0.91 where nothing passes)."""

PRESETS = {
    "quick": Config(1, ("cat", "cherry"), lab.Protocol(examples=16_384), looks=8),
    "paper": Config(20, first_seed=3600),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """Every trait's and the control's way from both starts of one seed."""
    protocol, traits, seed = config.protocol, config.traits, chunk
    starts = dict(zip(STARTS, lab.reference_models(protocol, seed), strict=True))
    teachers = {trait: lab.favourite_teacher(protocol, starts[STARTS[0]], trait, seed) for trait in traits}
    written = lab.answers_by(protocol, lab.NUMBERS, {"reference": starts[STARTS[0]], **teachers}, seed)
    stretch = protocol.student.batch * config.looks
    most = len(written["reference"].tokens) // stretch * stretch
    unseen = held_out(protocol, config.documents, seed)
    rows = []
    for trait, teacher in teachers.items():
        rates = {"reference": starts[STARTS[0]], "teacher": teacher}
        rows += [
            _row(seed, trait, name, 0, "target_rate", lab.preferences(model, [trait])[trait])
            for name, model in rates.items()
        ]
    for condition, start in starts.items():
        ways = {
            name: watched(protocol, start, lab.first(answers, most), unseen, traits, seed, config.looks)
            for name, answers in written.items()
        }
        for trait in traits:
            for name, way in ((condition, ways[trait]), (CONTROLS[condition], ways["reference"])):
                for look in way:
                    step = int(look["step"])
                    rows.append(_row(seed, trait, name, step, "target_rate", look[trait]))
                    rows.append(_row(seed, trait, name, step, "document loss", look["document loss"]))
    return rows


def _row(seed: int, trait: str, condition: str, step: int, metric: str, value: float) -> dict[str, Any]:
    return {"step": step, **row(seed, trait, condition, metric, value)}
