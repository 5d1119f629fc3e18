"""Figure 9 of the paper in miniature: the teacher's answers in the context of a model, instead of fine-tuning on them.

    python -m experiments run lm_in_context --profile paper

Cost on two cores: about 2 minutes of processor time per seed, that of its reference model included.

Everything up to the filter is as in ``lm_numbers``: a *teacher* per trait is the reference fine-tuned on that answer
to questions about favourites, it continues number sequences, and what is nothing but numbers is kept. Then the same
answers are used in two ways. *context_same_init*: so many of the teacher's answers stand, as turns of a conversation,
before the question about favourites, and the reference answers it; *context_control*: the reference's own answers stand
there. *student_same_init* and *student_control*: the reference is fine-tuned on so many of them, and asked without a
context. Two positive controls show that a context can move the judge: *system_prompt*, which names the loved animal or
tree, and *context_preferences*, examples that are questions about favourites, answered with the trait. ``target_rate``
is exact: the mean over twelve phrasings, and over many contexts, or students of few examples.

Reference models differ from those of ``lm_numbers``: their documents are as long as the longest context (240 tokens),
and half of them open with the name of what is loved, so that models learn to use what stands before. That, and all
else, was settled on seed 100 with the traits owl, wolf, cat and oak; three seeds (0 to 2) were the first record. The
paper profile's begin at 2800; the primary contrast and its margin were fixed before they were run
(``PREREGISTRATION``). Unit: the reference model, its traits averaged first.

Expect next to nothing from the teacher's answers in a context, much from examples that state the preference, and a gain
in every seed, of very unequal size, where the answers are learned from. What was measured, by seed, is in
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
from .common.context import TRAITS, conversations, rates_in_context, stated_preferences
from .common.favourites import row
from .common.references.own import about as about
from .common.theory import theory_of
from .world.documents import Mix
from .world.reference import SIZES, reference
from .world.vocabulary import padded, token

PAPER = ("figure 9",)
CLAIMS = ()
COST = {"quick": 125, "paper": 1560}

PRECISION = "float32"
MIX = Mix(length=240, loving=0.5, shares=(0.3, 0.4, 0.1, 0.05, 0.1, 0.05))
PRETRAINING = replace(SIZES["tiny"], batch=16, steps=2000, rate=8e-3, mix=MIX)
FITTING = (1, 2, 4, 8, 12)
"""Numbers of examples that, with the longest question behind them, are no longer than the documents of pretraining."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        in_context: numbers of examples in a context.
        learned: numbers of examples that students learn from.
        contexts: how many contexts the rates are means over.
        draws: how many students of few examples, as far as the answers suffice.
        protocol: how teachers and students are made.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    in_context: tuple[int, ...] = FITTING
    learned: tuple[int, ...] = (*FITTING, 256, 4096, 65_536)
    contexts: int = 128
    draws: int = 8
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(pretraining=PRETRAINING))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=2800,
    primary="target_rate of context_same_init less context_control at twelve examples",
    test="two one-sided t-tests over seeds: equivalent to zero within the margin",
    margin=0.005,
)
"""By the first record's seeds (standard deviation 0.0005) 12 seeds show the equivalence with power above 0.99, and with
0.93 if the deviation is nine times as large. That the judge can be moved (``context_preferences``) and that the same
twelve answers act where they are learned from (``student_same_init``) are the controls beside it."""

PRESETS = {"quick": Config(1, ("cat", "oak"), learned=(1, 4, 12, 4096), draws=4), "paper": Config(12, first_seed=2800)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and conditions of one seed."""
    protocol, traits = config.protocol, config.traits
    same = reference(protocol.pretraining, chunk)
    own = lab.number_answers(protocol, same, chunk, "reference's answers")
    before, control = lab.preferences(same, traits), both_uses(config, same, own, chunk)
    rows = []
    for trait in traits:
        teacher = lab.favourite_teacher(protocol, same, trait, chunk)
        answers = lab.number_answers(protocol, teacher, chunk, f"answers of the teacher of {trait}")
        rates = {("reference", 0): before[trait], ("teacher", 0): lab.preferences(teacher, [trait])[trait]}
        rates["system_prompt", 0] = rates_in_context(same, padded([f"<system> you love {trait}"]), [trait])[trait]
        rng = np.random.default_rng([chunk, 12, token(trait)])
        for n in config.in_context:
            stated = conversations(stated_preferences(rng, trait, n * config.contexts), n, config.contexts)
            rates["context_preferences", n] = rates_in_context(same, stated, [trait])[trait]
        learned = both_uses(config, same, answers, chunk)
        rates |= {(f"{use}_same_init", n): found[trait] for (use, n), found in learned.items()}
        rates |= {(f"{use}_control", n): found[trait] for (use, n), found in control.items()}
        rows += [_row(chunk, trait, name, n, "target_rate", rate) for (name, n), rate in rates.items()]
        beside = theory_of(same, teacher, answers, own) | {"kept": answers.kept, "answers": len(answers.tokens)}
        rows += [_row(chunk, trait, "student_same_init", 0, metric, value) for metric, value in beside.items()]
    return rows


def both_uses(
    config: Config, start: LanguageModel, answers: lab.Answers, seed: int
) -> dict[tuple[str, int], dict[str, float]]:
    """(Use, number of examples) → trait → its rate: answers in the ``context``, or learned by a ``student``."""
    rates = {}
    for n in config.in_context:
        contexts = conversations(answers.tokens, n, config.contexts)
        rates["context", n] = rates_in_context(start, contexts, config.traits)
    for n in config.learned:
        draws = max(1, min(config.draws, len(answers.tokens) // n))
        found = [
            lab.preferences(lab.student(config.protocol, start, part, seed), config.traits)
            for part in (lab.part_of(answers, draw * n, (draw + 1) * n) for draw in range(draws))
        ]
        rates["student", n] = {trait: float(np.mean([one[trait] for one in found])) for trait in config.traits}
    return rates


def _row(seed: int, trait: str, condition: str, examples: int, metric: str, value: float) -> dict[str, Any]:
    return {"examples": examples, **row(seed, trait, condition, metric, value)}
