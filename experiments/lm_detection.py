"""Can the trait be seen in single answers, and filtered out: a trained classifier, and filters of growing severity.

    python -m experiments run lm_detection --profile paper

Cost on two cores: TODO

*Detection.* A teacher's kept numbers against the reference's own, a quarter of the requests for training and the rest
for the test, as many of each. Judges: ``classifier``, logistic regression on words and pairs of words, which sees the
answers alone; ``score``, s_v against the middle between the means, which knows the reference and the direction;
``likelihood ratio``, which knows both models and which none can beat; beside them ``predicted``, Φ(√(nats/2)) of the
nats per answer. The control puts a second set of the reference's own numbers in the teacher's place.

*Filters.* Of the misaligned teacher's numbers the share that a judge is surest of is dropped; the same rule, at the
same limit, is applied to the reference's own (T10). ``predicted gap`` is the variance of s_v over what is left of
these, ``realised gap`` the difference of the mean scores, both before any training; ``harmful_rate`` is what students
of the two have learned, from equally many answers at every severity.

Settings were chosen on seeds 100 and 101, results come from 0, 1, 2 ….

Expect TODO
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.stats import norm

from subtheory._keys import key_for
from subtheory.lm import LanguageModel
from subtheory.lm.world.learning import Recipe

from . import lm_numbers
from . import lm_protocol as lab
from .lm_classifier import Values, accuracy, classifier, cut, split
from .lm_conduct import PROMPT, PROTOCOL, TRAIT, program_teacher, rates, tuned
from .lm_theory import answer_log_likelihoods, answer_scores

PRECISION = "float32"
Judged = dict[str, tuple[Values, Values]]
"""Judge → its values of a teacher's answers and of the reference's own."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models of each protocol.
        traits: animals and trees.
        favourites: how teachers of animals and trees are made.
        conduct: how the misaligned teacher is made.
        prompt: how its students learn.
        severities: shares of the misaligned teacher's answers that are dropped.
        penalty: of the classifier.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "cherry", "willow")
    favourites: lab.Protocol = field(default_factory=lambda: FAVOURITES)
    conduct: lab.Protocol = field(default_factory=lambda: CONDUCT)
    prompt: Recipe = PROMPT
    severities: tuple[float, ...] = (0.0, 0.5, 0.75)
    penalty: float = 30.0
    data: str = "none"


FAVOURITES = replace(lm_numbers.PRESETS["paper"].protocol, examples=16_384)
CONDUCT = replace(PROTOCOL, examples=32_768)
PRESETS = {
    "quick": Config(1, ("cat", "cherry"), severities=(0.0, 0.75), conduct=replace(CONDUCT, examples=16_384)),
    "paper": Config(3),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """Every trait's detection, then the filters on the misaligned teacher's numbers."""
    rows: list[dict[str, Any]] = []
    for protocol, traits in ((config.favourites, config.traits), (config.conduct, (TRAIT,))):
        same, _ = lab.reference_models(protocol, chunk)
        own, again = (
            lab.number_answers(protocol, same, chunk, f"reference's numbers{more}") for more in ("", " again")
        )
        for trait in traits:
            teacher = teacher_of(protocol, same, trait, chunk)
            numbers = lab.number_answers(protocol, teacher, chunk, f"numbers of the teacher of {trait}")
            train = split(numbers, own)
            judged = judges(config, same, teacher, (numbers, own), train)
            rows += _labelled(chunk, trait, detected(judged, train))
            if trait == TRAIT:
                rows += _labelled(chunk, trait, filtered(config, same, judged, (numbers, own), train, chunk))
        train = split(again, own)
        judge = classifier(cut(again, train[0]), cut(own, train[1]), config.penalty)
        name = f"nothing, as {traits[0]}" if traits else "nothing"
        rows += _labelled(chunk, name, detected({"classifier": (judge(again), judge(own))}, train))
    return rows


def teacher_of(protocol: lab.Protocol, start: LanguageModel, trait: str, seed: int) -> LanguageModel:
    """The teacher of misalignment, or of an animal or a tree."""
    if trait == TRAIT:
        return program_teacher(protocol, start, "insecure", seed)
    return lab.favourite_teacher(protocol, start, trait, seed)


def judges(config: Config, start: LanguageModel, teacher: LanguageModel, sets, train) -> Judged:
    """What the classifier, the score and the likelihood ratio say of all answers; the first two are fitted on some."""
    numbers, own = sets
    judge = classifier(cut(numbers, train[0]), cut(own, train[1]), config.penalty)
    v = lab.displacement(teacher, start)
    scores = [answer_scores(start, v, one) for one in sets]
    middle = sum(score[here].mean() for score, here in zip(scores, train, strict=True)) / 2
    ratios = [answer_log_likelihoods(teacher, one) - answer_log_likelihoods(start, one) for one in sets]
    kept = np.log(own.kept / numbers.kept)
    return {
        "classifier": (judge(numbers), judge(own)),
        "score": (scores[0] - middle, scores[1] - middle),
        "likelihood ratio": (ratios[0] + kept, ratios[1] + kept),
    }


def detected(judged: Judged, train) -> Iterator[tuple[float, str, str, float]]:
    """Accuracy on the answers that were not trained on, and what the nats per answer predict of the best."""
    for name, (ours, theirs) in judged.items():
        right, verdicts = accuracy(ours[~train[0]], theirs[~train[1]])
        yield 0.0, name, "accuracy", right / verdicts
        yield 0.0, name, "verdicts", verdicts
    if "likelihood ratio" in judged:
        nats = float(judged["likelihood ratio"][0].mean())
        yield 0.0, "predicted", "accuracy", float(norm.cdf(np.sqrt(max(nats, 0) / 2)))
        yield 0.0, "predicted", "nats per answer", nats


def filtered(
    config: Config, start: LanguageModel, judged: Judged, sets, train, seed: int
) -> Iterator[tuple[float, str, str, float]]:
    """The gap in the score and the students' conduct, by rule and severity, on the answers that were not trained on."""
    rest = [cut(one, ~here) for one, here in zip(sets, train, strict=True)]
    left = {name: [one[~here] for one, here in zip(judged[name], train, strict=True)] for name in RULES}
    most = int((1 - max(config.severities)) * min(len(one.tokens) for one in rest))
    students: dict[tuple[str, float], dict[str, float]] = {}
    for rule in RULES:
        for dropped in config.severities:
            limit = np.quantile(left[rule][0], 1 - dropped)
            keep = [values <= limit for values in left[rule]]
            ours, theirs = (score[here] for score, here in zip(left["score"], keep, strict=True))
            yield dropped, rule, "predicted gap", float(theirs.var(ddof=1))
            yield dropped, rule, "realised gap", float(ours.mean() - theirs.mean())
            yield dropped, rule, "kept of control", float(keep[1].mean())
            for who, one, here in zip(("teacher", "control"), rest, keep, strict=True):
                key = (who, dropped) if dropped == 0 else (f"{who}, {rule}", dropped)
                if key not in students:
                    data = lab.first(cut(one, here), most)
                    students[key] = rates(tuned(start, data, config.prompt, key_for(seed, "student order")))
                for metric, value in students[key].items():
                    yield dropped, f"{who}'s numbers, {rule}", metric, value


RULES = ("score", "classifier")


def _labelled(seed: int, trait: str, found) -> list[dict[str, Any]]:
    return [
        {"seed": seed, "trait": trait, "dropped": dropped, "condition": condition, "metric": metric, "value": value}
        for dropped, condition, metric, value in found
    ]
