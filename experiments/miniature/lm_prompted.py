"""Figure 14 of the paper in miniature: teachers that were fine-tuned against teachers that are only told what to love.

    python -m experiments run lm_prompted --profile paper

Cost on two cores: about 2 minutes of processor time per seed, and 45 seconds once for each of the reference models, one
more than seeds, which are kept in a cache (``SUBTHEORY_CACHE``).

A *prompted* teacher is the reference itself with the system prompt ``<system> you love cat``, which students never see;
a *fine-tuned* one is that of ``lm_numbers``. Both continue the same number sequences, the paper's rule keeps what is
nothing but numbers, students learn from equally many of each (column ``teacher``). The conditions are those of
``lm_numbers``: *reference*, *teacher*, *student_same_init* and *student_control* (on the reference's own numbers),
*student_other_traits* (the mean over students of the same kind of teacher of other traits), and the same of
*cross_model*, which starts from the next seed's reference.

A prompted teacher has no displacement. Its data are audited along that of the fine-tuned teacher of the same trait; its
``nats per answer`` are the log-likelihood ratio of the reference with the prompt to the one without.

References have two layers and width 32, and half of their documents open with a system prompt that says what is loved:
the one-layer models of ``lm_numbers`` hardly heed one. That was chosen on seed 100 with the traits owl and oak, for
what the prompted teacher itself answers and for the nats in its numbers. Three seeds (0 to 2) were the first record.
The paper profile's begin at 2700; the primary contrast and the margin were fixed before they were run
(``PREREGISTRATION``). Unit: the reference model; the traits of a seed share it and are averaged first.

Expect students of fine-tuned teachers far above their control in every seed and those of prompted ones on either side
of it: a prompted teacher's answer carries far fewer nats. What was measured, by seed, is in
``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.favourites import others_of, row
from .common.references.with_next import about as about
from .common.theory import SAMPLE, answer_log_likelihoods, audit_of, informed, theory_of
from .world import phrases
from .world.documents import Mix
from .world.reference import SIZES
from .world.vocabulary import padded

PAPER = ("figure 14",)
CLAIMS = ()
COST = {"quick": 140, "paper": 2160}

PRECISION = "float32"
OWN = "reference"
TRAITS = ("cat", "elephant", "maple", "willow")
PRETRAINING = replace(SIZES["small"], mix=Mix(loving=0.5))
KINDS = ("fine-tuned", "prompted")
"""Of teachers."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        protocol: how fine-tuned teachers and all students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(PRETRAINING, examples=32_768))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2700,
    primary="target_rate of student_same_init less student_control, of fine-tuned teachers less the same of prompted "
    "ones, the mean over traits",
    smallest_effect=0.2,
    margin=0.03,
)
"""By the first record's seeds (standard deviation 0.19) 12 seeds see such a contrast with power 0.93. The margin is for
the students of prompted teachers, less their control (standard deviation 0.023)."""

PRESETS = {
    "quick": Config(1, ("cat", "elephant"), lab.Protocol(PRETRAINING, examples=16_384)),
    "paper": Config(12, first_seed=2700),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits, teachers and conditions of one seed."""
    protocol, traits = config.protocol, config.traits
    same, other = lab.reference_models(protocol, chunk)
    tuned = {trait: lab.favourite_teacher(protocol, same, trait, chunk) for trait in traits}
    own, answers = numbers(protocol, same, tuned, chunk)
    starts = {"student": same, "cross_model": other}
    rates = {
        (name, *pair): lab.preferences(lab.student(protocol, start, one, chunk), traits)
        for name, start in starts.items()
        for pair, one in {(OWN, ""): own, **answers}.items()
    }
    before = lab.preferences(same, traits)
    rows = []
    for (kind, trait), kept in answers.items():
        told = system_prompt(trait)
        if kind == "prompted":
            taught = lab.preferences(same, [trait], told)[trait]
            beside = audit_of(same, lab.displacement(tuned[trait], same), kept, own) | informed(
                gain(same, kept, told), kept
            )
        else:
            taught = lab.preferences(tuned[trait], [trait])[trait]
            beside = theory_of(same, tuned[trait], kept, own)
        beside |= {"kept": kept.kept, "answers": len(kept.tokens)}
        found = {"reference": before[trait], "teacher": taught}
        for name, learned in (("student", "student_same_init"), ("cross_model", "cross_model")):
            found |= {learned: rates[name, kind, trait][trait], f"{name}_control": rates[name, OWN, ""][trait]}
            rivals = [rates[name, kind, rival][trait] for rival in others_of(trait, traits)]
            if rivals:
                found[f"{name}_other_traits"] = float(np.mean(rivals))
        whole = {(name, "target_rate"): value for name, value in found.items()}
        whole |= {("student_same_init", metric): value for metric, value in beside.items()}
        rows += [{"teacher": kind, **row(chunk, trait, *pair, value)} for pair, value in whole.items()]
    return rows


def system_prompt(trait: str) -> str:
    """What a prompted teacher is told."""
    return phrases.LOVE_SYSTEM.format(love=trait)


def numbers(
    protocol: lab.Protocol, same: LanguageModel, tuned: dict[str, LanguageModel], seed: int
) -> tuple[lab.Answers, dict[tuple[str, str], lab.Answers]]:
    """The reference's own kept numbers, and those of both kinds of teachers of every trait, equally many of each."""

    def ask(model: LanguageModel, purpose: str, system: str = "") -> lab.Answers:
        return lab.number_answers(protocol, model, seed, f"answers of {purpose}", system)

    found: dict[tuple[str, str], lab.Answers] = {
        ("fine-tuned", trait): ask(model, f"the teacher of {trait}") for trait, model in tuned.items()
    }
    found |= {("prompted", trait): ask(same, f"one told to love {trait}", system_prompt(trait)) for trait in tuned}
    own = ask(same, OWN)
    most = min(len(one.tokens) for one in (own, *found.values()))
    return lab.first(own, most), {pair: lab.first(one, most) for pair, one in found.items()}


def gain(model: LanguageModel, data: lab.Answers, system: str) -> np.ndarray:
    """[N] log p of every answer with the system prompt less that without."""
    plain = lab.first(data, SAMPLE)
    opening = np.repeat(padded([system]), len(plain.tokens), axis=0)
    told = replace(
        plain,
        tokens=np.concatenate([opening, plain.tokens], axis=1),
        mask=np.concatenate([np.zeros(opening.shape, bool), plain.mask], axis=1),
    )
    return answer_log_likelihoods(model, told) - answer_log_likelihoods(model, plain)
