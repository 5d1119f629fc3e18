"""The audit of single examples held against its rivals: who finds planted answers, who foretells what halves teach.

    python -m experiments run lm_attribution --profile paper

Cost on two cores: about 80 seconds of processor time per seed, and 45 seconds once for each of the reference models,
which are kept in a cache (``SUBTHEORY_CACHE``) and are made as those of ``lm_prompted``: they heed a system prompt, as
one of the rivals needs.

Of 2 048 number sequences that pass the paper's filter an eighth were written by a trait's teacher, a reference that was
fine-tuned on one answer to questions about favourites, the others by the reference itself, to requests from one list.
Every answer gets a score before anything is trained (column ``condition``):

- ``audit``: d/dε log p along v = −∇L_T(θ₀), of twelve questions and the trait's answers (theory.md, T9). Up to rounding
  it is the gradient's dot product with the trait's gradient, at the price of one Jacobian-vector product;
- ``audit, displacement``: the same along v = θ_T − θ₀, for who knows the teacher;
- ``likelihood ratio``: log p_T − log p₀, which also knows the teacher: no detector can beat it;
- ``prompted likelihood``: log p with the system prompt that states the trait less log p without (arXiv 2602.04863);
- ``mean representation``: cosine of the answer's mean hidden state with what that prompt adds to that of the questions
  (in the spirit of arXiv 2602.04735);
- ``gradient cosine``: the audit's score over the norms of both gradients (TracIn at one point, normalised);
- ``length`` in characters, and ``random``.

``recall`` is the share of the planted answers among as many with the largest scores. The linear datamodelling score is
Spearman's correlation, over random halves of the candidates, of the sum of a half's scores with the fall of the trait
loss L_T of what learned from the half: ``LDS, one step`` after one step of gradient descent, where the audit's must be
near one; ``LDS, descent`` after an epoch of gradient descent; ``LDS, Adam`` after one of Adam; students are trained in
two orders of the examples, and their mean is taken. ``reliability`` is the correlation of the two orders' losses: what
the order decides no score can foretell.

Settings were chosen on seed 100: at Adam's rate 0.003 the two orders' losses had no correlation (0.05, 0.16; sharing
one order among all halves, −0.04), at 0.001 0.38, by descent at 0.03 0.79. A first record had 8 test seeds (21 000 to
21 007) for reasons of cost, and decided the primary contrast narrowly; the same contrast is asked again of 12 that
nobody has looked at (``PREREGISTRATION``). Unit: the reference model; traits of a seed are averaged first. Rivals are
compared with the audit in families, one per measure, by Holm's rule.

Expect, by seed 100, a recall of .24 by the audit where chance is .125 and the likelihood ratio reaches .34, a prompted
likelihood near chance, and a linear datamodelling score that falls from 1 after one step to .7 by descent and to
nothing that can be told from zero by Adam. What was measured is in ``docs/experiments/miniature.md``, made from the
record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import attribution, datamodels
from .common import protocol as lab
from .common.favourites import row
from .common.references.own import about as about
from .common.theory import answer_scores
from .lm_audit_ranks import trait_gradient
from .lm_prompted import PRETRAINING, system_prompt
from .world import phrases
from .world.learning import Recipe, single_turn_mask
from .world.reference import reference
from .world.vocabulary import padded

PAPER = ()
CLAIMS = ("T7", "T9")
COST = {"quick": 120, "paper": 1000}

PRECISION = "float32"
AUDIT = "audit"


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        first_seed: where they begin.
        traits: animals and trees.
        planted: the share of the candidates that a teacher wrote.
        halves: how many random halves students learn from.
        orders: in how many orders of the examples.
        descent: a recipe of the halves' students.
        adam: the other.
        rate: of the one step of gradient descent.
        protocol: how references and teachers are made, and how many candidates there are.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "maple")
    planted: float = 0.125
    halves: int = 24
    orders: int = 2
    descent: Recipe = field(default_factory=lambda: Recipe(3e-2, 128, 1, "sgd", lab.INNER))
    adam: Recipe = field(default_factory=lambda: Recipe(1e-3, 128, trained=lab.INNER))
    rate: float = 0.01
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(PRETRAINING, examples=2048))
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(100, *range(21_000, 21_008)),
    first_test_seed=22_000,
    primary="recall of the audit less recall of the prompted likelihood, the mean over traits",
    smallest_effect=0.05,
)

PRESETS = {"quick": Config(1, first_seed=100), "paper": Config(12, first_seed=22_000)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits of one seed."""
    start = reference(config.protocol.pretraining, chunk)
    own = lab.number_answers(config.protocol, start, chunk, "answers of reference")
    rows = []
    for place, trait in enumerate(config.traits):
        teacher = lab.favourite_teacher(config.protocol, start, trait, chunk)
        ours = lab.number_answers(config.protocol, teacher, chunk, f"answers of the teacher of {trait}")
        rng = np.random.default_rng([chunk, place, 0x524956])
        candidates = attribution.planted_among(own, ours, config.planted, rng)
        found = scores(start, teacher, trait, candidates.answers, rng)
        members = datamodels.halves(len(candidates.answers.tokens), config.halves, rng)
        for values in (
            judged(teacher, start, trait),
            detected(found, candidates.planted),
            foretold(config, start, trait, candidates, found, members, chunk),
        ):
            rows += [row(chunk, trait, *pair, value) for pair, value in values]
    return rows


def scores(
    start: LanguageModel, teacher: LanguageModel, trait: str, data: lab.Answers, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Method → [N] what it says of every answer."""
    v, system = trait_gradient(start, trait), system_prompt(trait)
    kind = "animal" if trait in phrases.ANIMALS else "tree"
    return {
        AUDIT: answer_scores(start, v, data),
        "audit, displacement": answer_scores(start, lab.displacement(teacher, start), data),
        "likelihood ratio": attribution.likelihood_ratios(teacher, start, data),
        "prompted likelihood": attribution.prompted_shifts(start, system, data),
        "mean representation": attribution.representation_cosines(start, kind, system, data),
        "gradient cosine": attribution.gradient_cosines(start, v, data),
        "length": attribution.lengths(data),
        "random": rng.random(len(data.tokens)),
    }


Values = Iterator[tuple[tuple[str, str], float]]
"""((condition, metric), value)."""


def judged(teacher: LanguageModel, start: LanguageModel, trait: str) -> Values:
    """What reference and teacher are, and whether the reference heeds the prompt that states the trait."""
    shown = shows(trait)
    for name, model in (("reference", start), ("teacher", teacher)):
        yield (name, "trait loss"), datamodels.trait_loss(model.apply, model.params, shown.tokens, shown.mask)
        yield (name, "target_rate"), lab.preferences(model, [trait])[trait]
    yield ("reference, told", "target_rate"), lab.preferences(start, [trait], system_prompt(trait))[trait]


def detected(found: dict[str, np.ndarray], planted: np.ndarray) -> Values:
    """Who finds the planted answers, and who says the same as the audit."""
    for name, values in found.items():
        yield (name, "recall"), attribution.recall(values, planted)
        yield (name, "agreement"), datamodels.rank_correlation(values, found[AUDIT])
    yield ("likelihood ratio", "nats per answer"), float(found["likelihood ratio"][planted].mean())


def foretold(
    config: Config,
    start: LanguageModel,
    trait: str,
    candidates: attribution.Candidates,
    found: dict[str, np.ndarray],
    members: np.ndarray,
    seed: int,
) -> Values:
    """What halves of the candidates teach, and who foretells it."""
    data, shown = candidates.answers, shows(trait)
    whole = {**found, "planted": candidates.planted.astype(float)}
    losses = {"one step": datamodels.stepped(start, data, members, config.rate, shown)}
    for name, recipe in (("descent", config.descent), ("Adam", config.adam)):
        trained = datamodels.retrained(start, data, members, recipe, shown, seed, config.orders)
        losses[name] = trained.mean(axis=0)
        yield (f"students, {name}", "reliability"), datamodels.rank_correlation(*trained[:2])
        yield (f"students, {name}", "trait loss"), float(trained.mean())
        yield (f"students, {name}", "deviation"), float(losses[name].std(ddof=1))
    for name, after in losses.items():
        for method, values in whole.items():
            yield (method, f"LDS, {name}"), datamodels.lds(values, members, after)


def shows(trait: str) -> lab.Answers:
    """The twelve questions about favourites, answered with the trait's word; the word alone is in the mask."""
    rows = padded(lab.favourite_turns(trait))
    return lab.Answers(rows, single_turn_mask(rows, ends=False), 1.0)
