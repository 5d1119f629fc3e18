"""Paraphrase: what is left of a preference when the kept answers are rewritten before the student sees them.

    python -m experiments run lm_paraphrase --profile paper

Cost on two cores: about 4 minutes of processor time per seed; the reference models are those of ``lm_numbers``.

Teachers, requests and filters are those of ``lm_numbers`` and ``lm_code``. Every data set is learned from

- ``as written``;
- rewritten by rule: number sequences with the *request reworded* (``continue`` for ``extend``) or *with commas*;
  programs *renamed* (other variables, other notes) or *rewritten* (the world's form drawn anew, operands in either
  order), which print the same;
- *half by the reference*: the first half of each answer, and what the reference writes after it; *by the reference*: a
  new answer to the same request, so that nothing of the teacher is left but which requests it answered well.

Controls are rewritten in the same way: the reference's own answers (``student_control``), those of the other traits'
teachers (``student_other_traits``); and the next seed's reference learns from the first two (``cross_model``). Beside
each data set stand its audit, and the *predicted slope* of it, from the reference's own answers alone: the covariance
of their score before and after rewriting, which is the variance where nothing was rewritten.

Settings are those of ``lm_numbers`` and ``lm_code`` with fewer answers; none was chosen here. Three seeds (0 to 2)
were the first record. The paper profile's begin at 2900; the primary contrast and the margin were fixed before they
were run (``PREREGISTRATION``). Unit: the reference model, its traits averaged first.

Expect that a reworded request leaves all of what passes through numbers, commas and another form of programs leave
little, and a rewriting by the reference nothing. What was measured, by seed, is in ``docs/experiments/miniature.md``,
made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.context import kind_of
from .common.favourites import others_of, row, student_rates
from .common.rewriting import NUMBER_RULES, PROGRAM_RULES, Rewritten, Rule, cut, in_all_ways
from .common.theory import SAMPLE, answer_scores, theory_of
from .world import judges, phrases

PAPER = ()
CLAIMS = ()
COST = {"quick": 165, "paper": 2600}

PRECISION = "float32"
WORDS = (*phrases.ANIMALS, *phrases.TREES)
CHANNELS: dict[str, tuple[lab.Channel, dict[str, Rule]]] = {
    "numbers": (lab.NUMBERS, NUMBER_RULES),
    "programs": (lab.PROGRAMS, PROGRAM_RULES),
}


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        numbers: how teachers and students of number sequences are made.
        programs: how those of programs are.
        most: how many answers a student learns from, at most.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "maple", "oak")
    numbers: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=16_384))
    programs: lab.Protocol = field(default_factory=lambda: lab.Protocol(teacher_kept=0.3, examples=32_768, length=17))
    most: int = 16_384
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2900,
    primary="target_rate of student_same_init less student_control, of numbers whose request is reworded",
    smallest_effect=0.04,
    margin=0.01,
)
"""By the first record's seeds (standard deviation 0.044) 12 seeds see such a contrast with power 0.82. The margin is
for the same of numbers written anew by the reference (0.004: power above 0.99 where there is nothing)."""

PRESETS = {
    "quick": Config(
        1, ("cat", "eagle"), most=8192, numbers=lab.Protocol(examples=8192),
        programs=lab.Protocol(teacher_kept=0.3, examples=16_384, length=17),
    ),
    "paper": Config(12, first_seed=2900),
}  # fmt: skip


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def about(config: Config) -> dict[str, Any]:
    """Digests of every seed's reference model and of the next one's; both channels have the same."""
    from .common.references import digests  # used here alone, which decides no number: not in the digest of the module

    seeds = seeds_of(config)
    return digests(config.numbers.pretraining, range(seeds.start, seeds.stop + 1))


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """Both channels, all traits, rewritings and conditions of one seed."""
    return [one for channel in CHANNELS for one in channel_rows(config, channel, chunk)]


def channel_rows(config: Config, name: str, seed: int) -> list[dict[str, Any]]:
    """All traits, rewritings and conditions of one channel and seed."""
    channel, rules = CHANNELS[name]
    protocol, traits = getattr(config, name), config.traits
    same, other = lab.reference_models(protocol, seed)
    teachers = {trait: lab.favourite_teacher(protocol, same, trait, seed, channel) for trait in traits}
    written = lab.answers_by(protocol, channel, {"reference": same, **teachers}, seed)
    sets = {
        (writer, way): one
        for writer, answers in written.items()
        for way, one in in_all_ways(answers, rules, channel, same, protocol.length, seed).items()
    }
    n = min(config.most, *(len(one.answers.tokens) for one in sets.values()))
    n = n // lab.BUCKET * lab.BUCKET or n
    sets = {key: cut(one, n) for key, one in sets.items()}
    rates = {
        (student, *key): student_rates(protocol, start, one.answers, seed, WORDS)
        for key, one in sets.items()
        for student, start in (("student", same), ("cross_model", other))
    }
    rows = []
    for trait in traits:
        alone = {"reference": same, "teacher": teachers[trait]}
        for condition, model in alone.items():
            rows += _rows(seed, trait, condition, name, "none", shares_of(trait, [lab.preferences(model, WORDS)]))
        for way in dict.fromkeys(way for _, way in sets):
            found = {
                "student_same_init": [rates["student", trait, way]],
                "student_control": [rates["student", "reference", way]],
                "student_other_traits": [rates["student", rival, way] for rival in others_of(trait, traits)],
                "cross_model": [rates["cross_model", trait, way]],
                "cross_model_control": [rates["cross_model", "reference", way]],
            }
            for condition, models in found.items():
                if models:
                    rows += _rows(seed, trait, condition, name, way, shares_of(trait, models))
            of_teacher, own = sets[trait, way], sets["reference", way]
            beside = theory_of(same, teachers[trait], of_teacher.answers, own.answers)
            beside["predicted slope"] = kept_slope(same, teachers[trait], written["reference"], own)
            beside |= {"kept": of_teacher.answers.kept, "answers": n}
            rows += _rows(seed, trait, "student_same_init", name, way, beside)
    return rows


def kept_slope(start: LanguageModel, teacher: LanguageModel, written: lab.Answers, after: Rewritten) -> float:
    """Cov₀(s_v(x), s_v(x′)) over the reference's own answers x and what rewriting makes of them, x′.

    A rewriting is a channel that does not know the teacher, so that d/dε E s_v(x′) = Cov₀(s_v(x), s_v(x′)), the slope
    of the audit after it; where nothing is rewritten it is the variance (T9).
    """
    v, some = lab.displacement(teacher, start), after.places[:SAMPLE]
    before = lab.Answers(written.tokens[some], written.mask[some], written.kept)
    a, b = (answer_scores(start, v, data) for data in (before, lab.first(after.answers, SAMPLE)))
    return float(np.cov(a, b)[0, 1])


def shares_of(trait: str, models: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The trait's probability, and its share among all animals or all trees, each the mean over models."""
    kind = judges.KINDS[kind_of(trait)]
    return {
        "target_rate": float(np.mean([rates[trait] for rates in models])),
        "target_share": float(np.mean([rates[trait] / sum(rates[word] for word in kind) for rates in models])),
    }


def _rows(
    seed: int, trait: str, condition: str, channel: str, way: str, values: Mapping[str, float]
) -> list[dict[str, Any]]:
    place = {"channel": channel, "rewriting": way}
    return [{**place, **row(seed, trait, condition, metric, value)} for metric, value in values.items()]
