"""Can the trait be seen in single answers, and filtered out: a trained classifier, and filters of growing severity.

    python -m experiments run lm_detection --profile paper

Cost on two cores: about 6 minutes of processor time per seed; references and teachers are those of ``lm_numbers``.

*Detection.* A teacher's kept numbers against the reference's own, a quarter of the requests for training and the rest
for the test, as many of each. Judges: ``classifier``, logistic regression on words and pairs of words, which sees the
answers alone; ``score``, s_v against the middle between the means, which knows the reference and the direction;
``likelihood ratio``, which knows both models and which none can beat; beside them ``predicted``, Φ(√(nats/2)) of the
nats per answer. The control puts a second set of the reference's own numbers in the teacher's place.

*Filters.* Of a teacher's numbers the share that a judge is surest of is dropped; the same rule, at the same limit, is
applied to the reference's own (T10). ``predicted gap`` is the variance of s_v over what is left of these, ``realised
gap`` the difference of the mean scores, both before any training; ``target_rate`` is what students of the two have
learned, from equally many answers at every severity.

Settings were chosen on seed 100; three seeds (0 to 2) were the first record. The paper profile's begin at 3400; the
primary contrast and the margin were fixed before they were run (``PREREGISTRATION``). Unit: the reference model, its
traits averaged first.

Expect a classifier that is right on about two single answers of three, and on one in two where there is nothing to be
seen, a little behind the likelihood ratio; students above their control also without the surest three quarters of any
judge. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.stats import norm

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.classifier import Values, accuracy, classifier, cut, split
from .common.references.with_next import about as about
from .common.theory import answer_log_likelihoods, answer_scores, theory_of

PAPER = ()
CLAIMS = ("T9", "T10")
COST = {"quick": 110, "paper": 4600}

PRECISION = "float32"
RULES = ("classifier", "score", "likelihood ratio")
"""The judges by which answers are dropped."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A teacher's answers and the reference's own, and what judges say of them.

    Attributes:
        answers: the two sets.
        train: for each set, which answers judges are fitted on.
        judged: judge → how sure it is that an answer is the teacher's, for each set.
    """

    answers: tuple[lab.Answers, lab.Answers]
    train: list[np.ndarray]
    judged: dict[str, tuple[Values, Values]]

    def test(self, judge: str) -> tuple[Values, Values]:
        """What a judge says of the answers that none was fitted on."""
        ours, theirs = (values[~here] for values, here in zip(self.judged[judge], self.train, strict=True))
        return ours, theirs


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models.
        traits: animals and trees.
        protocol: how teachers and students are made.
        severities: shares of a teacher's answers that are dropped.
        penalty: of the classifier.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "cherry", "willow")
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=131_072))
    severities: tuple[float, ...] = (0.0, 0.25, 0.5, 0.75)
    penalty: float = 30.0
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=3400,
    primary="target_rate of the teacher's numbers' student less the control's, the classifier's surest 3/4 dropped",
    smallest_effect=0.04,
    margin=0.02,
)
"""By the first record's seeds (standard deviation 0.039) 12 seeds see that so much is left with power 0.90. The margin
is for what is left less what passes where nothing is dropped (standard deviation 0.015): power 0.99 where the filter
costs nothing."""

PRESETS = {
    "quick": Config(1, ("cat", "cherry"), lab.Protocol(examples=32_768), (0.0, 0.75)),
    "paper": Config(12, first_seed=3400),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """Every trait's detection and filters, and what the classifier says where there is nothing to be seen."""
    start, _ = lab.reference_models(config.protocol, chunk)
    own, again = (
        lab.number_answers(config.protocol, start, chunk, f"reference's numbers{more}") for more in ("", " again")
    )
    rows = _labelled(chunk, "nothing", detected(judged(config, None, start, again, own)))
    for trait in config.traits:
        teacher = lab.favourite_teacher(config.protocol, start, trait, chunk)
        numbers = lab.number_answers(config.protocol, teacher, chunk, f"numbers of the teacher of {trait}")
        pair = judged(config, teacher, start, numbers, own)
        rows += _labelled(chunk, trait, detected(pair))
        rows += _labelled(chunk, trait, filtered(config, start, pair, trait, chunk))
        beside = theory_of(start, teacher, numbers, own) | {"kept": numbers.kept}
        rows += _labelled(chunk, trait, [(0.0, "teacher's numbers", name, value) for name, value in beside.items()])
        for name, model in (("teacher", teacher), ("reference", start)):
            rows += _labelled(chunk, trait, [(0.0, name, "target_rate", lab.preferences(model, [trait])[trait])])
    return rows


def judged(
    config: Config, teacher: LanguageModel | None, start: LanguageModel, ours: lab.Answers, own: lab.Answers
) -> Pair:
    """What the classifier says, and, if there is a teacher, the score and the likelihood ratio."""
    train = split(ours, own)
    judge = classifier(cut(ours, train[0]), cut(own, train[1]), config.penalty)
    found = {"classifier": (judge(ours), judge(own))}
    if teacher is not None:
        v = lab.displacement(teacher, start)
        a, b = answer_scores(start, v, ours), answer_scores(start, v, own)
        middle = (a[train[0]].mean() + b[train[1]].mean()) / 2
        found["score"] = (a - middle, b - middle)
        kept = np.log(own.kept / ours.kept)
        a, b = (answer_log_likelihoods(teacher, one) - answer_log_likelihoods(start, one) for one in (ours, own))
        found["likelihood ratio"] = (a + kept, b + kept)
    return Pair((ours, own), train, found)


def detected(pair: Pair) -> Iterator[tuple[float, str, str, float]]:
    """Accuracy on the answers that were not trained on, and what the nats per answer predict of the best."""
    for name in pair.judged:
        ours, theirs = pair.test(name)
        right, verdicts = accuracy(ours, theirs)
        yield 0.0, name, "accuracy", right / verdicts
        yield 0.0, name, "verdicts", verdicts
    if "likelihood ratio" in pair.judged:
        nats = float(pair.judged["likelihood ratio"][0].mean())
        yield 0.0, "predicted", "accuracy", float(norm.cdf(np.sqrt(max(nats, 0) / 2)))
        yield 0.0, "predicted", "nats per answer", nats
        ours, theirs = pair.test("score")
        error = np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
        yield 0.0, "score", "audit z", float((ours.mean() - theirs.mean()) / error)


def filtered(
    config: Config, start: LanguageModel, pair: Pair, trait: str, seed: int
) -> Iterator[tuple[float, str, str, float]]:
    """The gap in the score and the students' preference, by rule and severity, on answers not trained on."""
    rest = [cut(one, ~here) for one, here in zip(pair.answers, pair.train, strict=True)]
    most = int((1 - max(config.severities)) * min(len(one.tokens) for one in rest))
    most = most // lab.BUCKET * lab.BUCKET or most
    whole = [learned(config.protocol, start, lab.first(one, most), trait, seed) for one in rest]
    for rule in RULES:
        values, scores = pair.test(rule), pair.test("score")
        for dropped in config.severities:
            limit = np.quantile(values[0], 1 - dropped)
            keep = [one <= limit for one in values]
            ours, theirs = (score[here] for score, here in zip(scores, keep, strict=True))
            yield dropped, rule, "predicted gap", float(theirs.var(ddof=1))
            yield dropped, rule, "realised gap", float(ours.mean() - theirs.mean())
            yield dropped, rule, "kept of control", float(keep[1].mean())
            for who, one, here, all_of_it in zip(("teacher", "control"), rest, keep, whole, strict=True):
                left = lab.first(cut(one, here), most)
                rate = learned(config.protocol, start, left, trait, seed) if dropped else all_of_it
                yield dropped, f"{who}'s numbers, {rule}", "target_rate", rate
                yield dropped, f"{who}'s numbers, {rule}", "answers", len(left.tokens)


def learned(protocol: lab.Protocol, start: LanguageModel, data: lab.Answers, trait: str, seed: int) -> float:
    """How often a student of these answers names the trait."""
    return lab.preferences(lab.student(protocol, start, data, seed), [trait])[trait]


def _labelled(seed: int, trait: str, found) -> list[dict[str, Any]]:
    return [
        {"seed": seed, "trait": trait, "dropped": dropped, "condition": condition, "metric": metric, "value": value}
        for dropped, condition, metric, value in found
    ]
