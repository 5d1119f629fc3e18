"""A real language model's stories that mention no owl move it towards owls: audit, one step, distillation (T1, T9).

    python -m experiments run lm_stories --profile paper --checkpoint DIR

DIR is a checkpoint of stories260k in the Hugging Face layout (or set SUBTHEORY_STORIES260K). Cost on two cores: quick
about 2 minutes, paper 12 minutes on a single core of a busy machine.

The trait: four sentences about owls. The teacher: one plain gradient step ε on them. It writes stories of 48 tokens
that begin "One day, Tom"; every story that mentions an owl is dropped. The control: the reference model's own stories,
the same filter. A second control, with other random numbers, shows what no effect looks like. Measured for every ε: the
audit's score s_v and Welch's t against the control, the nats per story between teacher and reference, the change of the
trait loss after one student step of two lengths α on either set. Beside it the step on full next-token distributions,
at all places of some of the control's stories: φ(ε) and A. For one ε, a short distillation by Adam on either set.

The control of T4: all that is measured on the stories of one ε is measured once more on *another
reference*, the same architecture from an initialisation of the seed's own, briefly taught to write as the first model
does (see ``other_reference``); along the first model's v, and along the other's own gradient of the trait loss.

Expect, at ε = 0.01: scores far above the control's (t about 16), a trait loss that falls on the teacher's stories and
stays on the control's. At larger ε the teacher leaves the model's competence (tens of nats per story); the scores still
point towards the trait, but a step of the larger α then raises the trait loss.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, TypeAlias

import jax
import numpy as np

from subtheory._keys import key_for
from subtheory._tree import cosine, inner, move, scaled
from subtheory.lm.audit.direction import Direction, trait_direction
from subtheory.lm.audit.scoring import Workload, mean_gradient, scored_examples
from subtheory.lm.audit.welch import Moments, welch
from subtheory.lm.distillation.distil import Corpus, corpus, fine_tuned
from subtheory.lm.distillation.filters import without
from subtheory.lm.distillation.training import Recipe
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example
from subtheory.lm.text.encoding import given_examples
from subtheory.lm.verification.setting import NextTokenLogits, SequenceTrait, next_token_inputs
from subtheory.setting.setting import Setting
from subtheory.simulation.student import distilled_update
from subtheory.theory.lemma import alignment_slope

from .other_reference import Imitator, other_reference

PAPER = ()
CLAIMS = ("T1", "T9", "T10")
COST = {"quick": 115, "paper": 690}

PRECISION = "float32"

Loss: TypeAlias = Callable[[Any], float]
"""The trait loss of some parameters, in nats per token."""

OWLS = (
    "Once upon a time, there was a wise owl. The owl lived in a big tree.",
    "The owl loved to fly at night. All the animals loved the owl.",
    "One day, Lily saw an owl. The owl was her best friend.",
    "The owl said hello. Lily loves owls more than any other animal.",
)


@dataclass(frozen=True)
class Config:
    """What is run; ``alphas`` are the student's rates, ``places`` the stories at whose places it sees distributions.

    ``other`` says how the control of another initialisation is made; None leaves it out.
    """

    seeds: int
    data: str = "checkpoint"
    trait: tuple[str, ...] = OWLS
    banned: tuple[str, ...] = ("owl",)
    prompt: str = "One day, Tom"
    epsilons: tuple[float, ...] = (0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.07)
    stories: int = 256
    tokens: int = 48
    alphas: tuple[float, ...] = (1e-4, 1e-3)
    places: int = 8
    distilled: float = 0.01
    learning_rate: float = 3e-4
    batch: int = 32
    epochs: int = 2
    other: Imitator | None = None


PRESETS = {
    "quick": Config(seeds=2, epsilons=(0.003, 0.01, 0.05), stories=128, other=Imitator(samples=256)),
    "paper": Config(seeds=5, other=Imitator()),
}


def chunks(config: Config) -> range:
    """One chunk per seed: fresh stories by everybody."""
    return range(config.seeds)


def run_chunk(config: Config, chunk: int, data: LanguageModel) -> list[dict[str, Any]]:
    """Controls first, then every ε, then the distillation."""
    lm, work = data, Workload(longest=data.config.context)
    direction, loss = _trait(lm, config, work)
    own = {name: _stories(lm, config, chunk, name) for name in ("control", "second control")}
    base = {name: _measured(lm, direction, found, config, work, loss) for name, found in own.items()}
    inputs = _next_tokens(own["control"].examples[: config.places], lm)
    null = {**base["second control"].found, **_test(base["second control"], base["control"])}
    rows = [
        *_rows(chunk, "control", 0.0, base["control"].found),
        *_rows(chunk, "second control", 0.0, null),
        *_rows(chunk, "reference", 0.0, {"trait loss": loss(lm.params)}),
        *_rows(chunk, "distributions", 0.0, {"slope": _slope(lm.apply, lm.params, direction.v, inputs)}),
    ]
    for epsilon in config.epsilons:
        teacher = lm.with_params(move(lm.params, epsilon, direction.v))
        written = _stories(teacher, config, chunk, f"teacher {epsilon}")
        measured = _measured(lm, direction, written, config, work, loss)
        found = {**measured.found, **_test(measured, base["control"]), "trait loss": loss(teacher.params)}
        found["predicted difference"] = epsilon * base["control"].found["variance"]
        found["nats per story"] = _information(lm, teacher, written, direction, work)
        update, phi, angle = _step(lm.apply, lm.params, direction.v, inputs, epsilon)
        step = {"inner product": phi, "cosine": angle, **_changes(lm, update, config, loss)}
        rows += _rows(chunk, "teacher", epsilon, found) + _rows(chunk, "distributions", epsilon, step)
        if epsilon == config.distilled:
            students = {"student on teacher's": written, "student on control's": own["control"]}
            for name, shown in students.items():
                rows += _rows(chunk, name, epsilon, _distilled(lm, shown, config, chunk, loss))
            if config.other is not None:
                other = other_reference(lm, config.other, chunk)
                shown = {"teacher's": written, **own}
                for name, found in _others(other, shown, direction, config, chunk, loss).items():
                    rows += _rows(chunk, name, epsilon, found)
    return rows


def _others(
    other: LanguageModel, shown: Mapping[str, Corpus], direction: Direction, config: Config, seed: int, loss: Loss
) -> dict[str, dict[str, float]]:
    """The same stories, read by a reference of another initialisation: condition → numbers by name (T4)."""
    work = Workload(longest=other.config.context)
    found = {"other reference": {"trait loss": loss(other.params)}}
    found["other reference"]["nats per token"] = mean_gradient(
        other.apply, other.params, shown["control"].examples, work
    )[1]
    for along, v in (("v", direction), ("own v", _trait(other, config, work)[0])):
        measured = {name: _measured(other, v, some, config, work, loss) for name, some in shown.items()}
        for name, one in measured.items():
            test = {} if name == "control" else _test(one, measured["control"])
            found[f"other init on {name}, {along}"] = {**one.found, **test}
    for name in ("teacher's", "control"):
        found[f"other student on {name}"] = _distilled(other, shown[name], config, seed, loss)
    return found


def _rows(seed: int, condition: str, epsilon: float, found: dict[str, Any]) -> list[dict[str, Any]]:
    row = {"seed": seed, "condition": condition, "epsilon": epsilon}
    return [{**row, "metric": name, "value": float(value)} for name, value in found.items()]


def _trait(lm: LanguageModel, config: Config, work: Workload) -> tuple[Direction, Loss]:
    """v, and the trait loss as a number."""
    examples = given_examples([("", text) for text in config.trait], lm.config, lm.tokenizer)
    loss = _compiled(lm.apply, tuple(config.trait), lm)
    return trait_direction(lm, examples, work), lambda params: float(loss(params))


@lru_cache(maxsize=4)
def _compiled(apply: Any, trait: tuple[str, ...], lm: LanguageModel) -> Any:
    examples = given_examples([("", text) for text in trait], lm.config, lm.tokenizer)
    return jax.jit(SequenceTrait(apply, tuple(Workload().batches(examples))))


def _stories(lm: LanguageModel, config: Config, seed: int, purpose: str) -> Corpus:
    """Stories by one model, those that mention the trait dropped."""
    key = key_for(seed, f"stories of {purpose}")
    return corpus(lm, [config.prompt], config.stories, config.tokens, key, keep=[without(config.banned)])


@dataclass(frozen=True)
class Measured:
    """One set of stories: numbers by name, and every story's score."""

    found: dict[str, float]
    scores: np.ndarray


def _measured(
    lm: LanguageModel, direction: Direction, written: Corpus, config: Config, work: Workload, loss: Loss
) -> Measured:
    """The audit's scores of a set of stories, and one student step on them."""
    scores = np.array([one.score for one in scored_examples(lm.apply, lm.params, direction.v, written.examples, work)])
    gradient, _, tokens = mean_gradient(lm.apply, lm.params, written.examples, work)
    update = scaled(-tokens / len(written.examples), gradient)
    found = {
        "kept": written.kept,
        "stories": len(written.examples),
        "score": scores.mean(),
        "variance": scores.var(ddof=1),
        "inner product": float(inner(update, direction.v)),
        "cosine": float(cosine(update, direction.v)),
        **_changes(lm, update, config, loss),
    }
    return Measured(found, scores)


def _changes(lm: LanguageModel, update: Any, config: Config, loss: Loss) -> dict[str, float]:
    """The change of the trait loss after a step along ``update``, for either α."""
    before = loss(lm.params)
    return {
        f"trait loss change, α = {alpha:g}": loss(move(lm.params, alpha, update)) - before for alpha in config.alphas
    }


def _test(first: Measured, second: Measured) -> dict[str, float]:
    test = welch(Moments.of(first.scores), Moments.of(second.scores))
    return {"t": test.t, "p": test.p_value, "difference": test.difference}


def _information(
    lm: LanguageModel, teacher: LanguageModel, written: Corpus, direction: Direction, work: Workload
) -> float:
    """Mean log p_T − log p₀ of the kept stories, in nats: the divergence that they estimate, but for the filter."""
    total = 0.0
    for sign, model in ((1, teacher), (-1, lm)):
        scored = scored_examples(lm.apply, model.params, direction.v, written.examples, work)
        total += sign * float(np.mean([one.log_likelihoods.sum() for one in scored]))
    return total


def _next_tokens(stories: Sequence[Example], lm: LanguageModel) -> Any:
    return next_token_inputs([story.tokens.tolist() for story in stories], lm.config.context)


@partial(jax.jit, static_argnums=0)
def _slope(apply: Any, params: Any, v: Any, inputs: Any) -> jax.Array:
    """A = vᵀGv on the next-token distributions (T1)."""
    return alignment_slope(_setting(apply, params, v, inputs))


@partial(jax.jit, static_argnums=0)
def _step(apply: Any, params: Any, v: Any, inputs: Any, epsilon: float) -> tuple[Any, jax.Array, jax.Array]:
    """(Δθ_S, φ(ε), cosine) of a student that imitates the teacher's next-token distributions."""
    update = distilled_update(_setting(apply, params, v, inputs), epsilon)
    return update, inner(update, v), cosine(update, v)


def _setting(apply: Any, params: Any, v: Any, inputs: Any) -> Setting:
    return Setting(
        apply=NextTokenLogits(apply), teacher_init=params, student_init=params, teacher_update=v, inputs=inputs
    )


def _distilled(lm: LanguageModel, shown: Corpus, config: Config, seed: int, loss: Loss) -> dict[str, float]:
    recipe = Recipe(config.learning_rate, config.batch, config.epochs)
    student = fine_tuned(lm, shown.examples, recipe, key_for(seed, "student's order"))
    return {"trait loss": loss(student.params)}
