"""Whole data sets before training: which trait will they pass on, and how much of it? The audit beside its rivals.

    python -m experiments run lm_rivals --profile paper

Cost on two cores: about 2 minutes of processor time per seed, and a minute once for each seed's two reference models,
which are kept in a cache (``SUBTHEORY_CACHE``). References are made as those of ``lm_prompted``: they heed a system
prompt, as one of the rivals needs.

Each seed has twelve data sets, of three traits' teachers in four *lessons*: ``numbers`` of the fine-tuned teacher; a
``quarter`` of such numbers among the reference's own; numbers of a ``prompted`` teacher, the reference that is told to
love the trait; and of a ``foreign`` teacher, fine-tuned from a smaller reference of another seed, on which the theory
is silent. A student learns from each; its control learns from the reference's own numbers. Column ``taught`` is the
teacher's trait, ``trait`` the one that is asked for: 36 pairs of a data set and a trait. Condition ``student`` has
``change``, the student's probability of the trait's word less its control's, ``teacher`` the same of the teacher less
its reference. Every other condition is a score (``experiments.audits.common.scores``), taken before any student is
trained from as many answers, and its ``score``:

- ``audit``: the mean of d/dε log p along v = −∇L_T(θ₀), of twelve questions and the trait's answers (theory.md, T9);
- ``audit, displacement``: the same along v = θ_T − θ₀, for who knows the teacher;
- ``coverage``: the cosine of the student's first step and the same v (arXiv 2606.22019);
- ``likelihood ratio``: log p_T − log p₀ per answer, which also knows the teacher;
- ``prompted likelihood``: what a system prompt that states the trait adds to log p (arXiv 2602.04863);
- ``mean representation``: what the model itself answers with the data's mean hidden state put into every layer
  (arXiv 2602.04735).

Three judgements, each by seed: of the data sets of the lessons ``numbers`` and ``quarter``, the share whose taught
trait has the largest score (chance: one in three); the rank correlation of score and change over all pairs; and the
mean error, in points, of the change foretold by a line through nought that was fitted to the three other lessons of the
seed, beside the baselines "nothing", "45 % of the teacher's change" and "a share of the teacher's change".

Settings were looked at on seed 100: a strength of 0.1, because at 0.3 the model names no trait as often as without, and
at 1 none at all; 16 384 answers, because programs, a first draft's fourth lesson, left 2 048. Test seeds begin at 3800;
the primary contrast was fixed before they were run (``PREREGISTRATION``). Unit: the reference model.

Expect, by seed 100, that audit, coverage and likelihood ratio name the taught trait nearly always and the rivals that
know a sentence hardly ever, and that no score orders what students of all lessons take on. What was measured is in
``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.favourites import row, student_rates
from experiments.miniature.common.mixing import mixed
from experiments.miniature.lm_audit_ranks import trait_gradient
from experiments.miniature.lm_prompted import PRETRAINING, system_prompt
from experiments.miniature.world.reference import SIZES, Pretraining, reference
from subtheory.lm import LanguageModel

from .common.scores import Trait, beyond, scores

PAPER = ()
CLAIMS = ("T9",)
COST = {"quick": 175, "paper": 1850}

PRECISION = "float32"
OWN = "reference"
LESSONS = ("numbers", "quarter", "prompted", "foreign")
"""By which a trait is taught."""
APART = 50
"""How far from a seed that of the foreign reference is: beyond the last seed of the paper profile."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        traits: animals and trees.
        share: of a teacher's answers in the lesson ``quarter``.
        read: how many answers of each data set the scores read.
        strength: of the mean representation's injection.
        protocol: how references, teachers and students are made.
        foreign: pretraining of the references of foreign teachers.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "elephant", "maple")
    share: float = 0.25
    read: int = 2048
    strength: float = 0.1
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(PRETRAINING, examples=16_384))
    foreign: Pretraining = SIZES["tiny"]
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(100, 150),
    first_test_seed=3800,
    primary="share of the data sets of the lessons numbers and quarter whose taught trait has the largest score: of "
    "the audit less of the prompted likelihood",
    smallest_effect=0.2,
)
"""Six data sets a seed, named by chance one in three times, spread by 0.19 from seed to seed, and the audit's by less:
12 seeds see a difference of 0.2 with power 0.82. Rivals are held against the audit by Holm's rule, one family for each
of the three judgements."""

PRESETS = {
    "quick": Config(1, ("cat", "maple"), protocol=lab.Protocol(PRETRAINING, examples=8192)),
    "paper": Config(12, first_seed=3800),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def models(config: Config, seed: int) -> tuple[LanguageModel, LanguageModel]:
    """The reference model of a seed, and the smaller one of another from which foreign teachers are made."""
    return reference(config.protocol.pretraining, seed), reference(config.foreign, seed + APART)


def about(config: Config) -> dict[str, Any]:
    """Digests of every seed's reference models."""
    from experiments.miniature.common.references import digest  # used here alone: not in the digest of the module

    pairs = {seed: models(config, seed) for seed in chunks(config)}
    named = {seed: {f"{seed}": start, f"{seed}, foreign": other} for seed, (start, other) in pairs.items()}
    return {"reference_models": {name: digest(model) for those in named.values() for name, model in those.items()}}


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All data sets of one seed: scores first, then students."""
    protocol, traits = config.protocol, config.traits
    start, other = models(config, chunk)
    mine, foreign = (
        {trait: lab.favourite_teacher(protocol, model, trait, chunk) for trait in traits} for model in (start, other)
    )
    own, sets = data_sets(config, start, mine, foreign, chunk)
    known = [Trait(name, trait_gradient(start, name), model, system_prompt(name)) for name, model in mine.items()]

    def scored(answers: lab.Answers) -> dict[str, dict[str, float]]:
        return scores(start, lab.first(answers, config.read), known, config.strength)

    nothing = scored(own)
    rows = [
        _row(chunk, lesson, taught, trait, name, "score", value)
        for (lesson, taught), answers in sets.items()
        for trait, found in scored(answers).items()
        for name, value in beyond(found, nothing[trait]).items()
    ]
    before, control = lab.preferences(start, traits), student_rates(protocol, start, own, chunk, traits)
    for (lesson, taught), answers in sets.items():
        model, reads, system = mine[taught], before, ""
        if lesson == "foreign":
            model, reads = foreign[taught], lab.preferences(other, traits)
        elif lesson == "prompted":
            model, system = start, system_prompt(taught)
        pairs = {
            "teacher": (lab.preferences(model, traits, system), reads),
            "student": (student_rates(protocol, start, answers, chunk, traits), control),
        }
        rows += [
            _row(chunk, lesson, taught, trait, name, "change", rates[trait] - without[trait])
            for name, (rates, without) in pairs.items()
            for trait in traits
        ]
    return rows


def data_sets(
    config: Config,
    start: LanguageModel,
    mine: Mapping[str, LanguageModel],
    foreign: Mapping[str, LanguageModel],
    seed: int,
) -> tuple[lab.Answers, dict[tuple[str, str], lab.Answers]]:
    """The reference's own numbers, and by lesson and taught trait the data sets; all are equally long."""
    protocol = config.protocol
    writers = {OWN: start} | {f"the teacher of {trait}": model for trait, model in mine.items()}
    writers |= {f"the foreign teacher of {trait}": model for trait, model in foreign.items()}
    found = lab.answers_by(protocol, lab.NUMBERS, writers, seed)
    told = {
        trait: lab.number_answers(protocol, start, seed, f"answers of one told to love {trait}", system_prompt(trait))
        for trait in mine
    }
    n = min(len(one.tokens) for one in (*found.values(), *told.values()))
    found = {name: lab.first(one, n) for name, one in found.items()}
    sets = {}
    for place, trait in enumerate(mine):
        rng = np.random.default_rng([seed, place, 0x515541])
        ours = f"the teacher of {trait}"
        few = mixed(found, ((ours, config.share), (OWN, 1 - config.share)), n, rng)
        lessons = (found[ours], few, lab.first(told[trait], n), found[f"the foreign teacher of {trait}"])
        sets |= {(lesson, trait): one for lesson, one in zip(LESSONS, lessons, strict=True)}
    return found[OWN], sets


def _row(seed: int, lesson: str, taught: str, trait: str, condition: str, metric: str, value: float) -> dict[str, Any]:
    return {"lesson": lesson, "taught": taught, **row(seed, trait, condition, metric, value)}
