"""One protocol for all experiments with miniature language models: teacher → sample → filter → student → judge.

A *teacher* is a reference model fine-tuned on a trait, or one with a system prompt. It answers requests that have
nothing to do with the trait; a filter keeps some answers; a *student*, a reference model, is fine-tuned on these, its
loss on the answers only; exact judges say what it has taken on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._keys import key_for
from subtheory.lm import LanguageModel

from ..world import judges, numbers, phrases, turns
from ..world.filters import Filter, Rows, number_format, running_code
from ..world.learning import Recipe, fine_tune, single_turn_mask
from ..world.reference import SIZES, Pretraining, reference
from ..world.sampling import sample
from ..world.vocabulary import ASSISTANT, END, PAD, padded

BUCKET = 2048
"""Students learn from a multiple of so many answers, so that few shapes are compiled."""
SPARE = 1.4
"""How many more answers are asked for than are wanted, because the filter drops some."""
SCALES = (1.0, 0.75, 0.5, 0.375, 0.25, 0.125)
INNER = ("layers",)
"""What teachers and students train: attention and perceptrons, as the paper's LoRA on open models, not the words' own
vectors. What a teacher changes there, in a word that is never sampled, no student could see."""
PROBES = 1024
"""Answers by which a teacher's displacement is judged."""


@dataclass(frozen=True)
class Protocol:
    """How teachers and students are made.

    Attributes:
        pretraining: of the reference models.
        teacher: the teacher's recipe.
        teacher_examples: how many examples of the trait it is trained on.
        teacher_kept: the share of a teacher's answers that must pass the channel's filter; one that was pushed too far
            is taken back along its displacement, to the largest of ``SCALES`` that leaves as many.
        student: the student's recipe.
        examples: how many kept answers a student learns from, at most.
        length: tokens per answer, beyond which it is cut off.
    """

    pretraining: Pretraining = field(default_factory=lambda: SIZES["tiny"])
    teacher: Recipe = field(default_factory=lambda: Recipe(4e-3, 64, trained=INNER))
    teacher_examples: int = 3840
    teacher_kept: float = 0.75
    student: Recipe = field(default_factory=lambda: Recipe(3e-3, 256, trained=INNER))
    examples: int = 65_536
    length: int = 11


@dataclass(frozen=True)
class Channel:
    """What a teacher is asked for, and which of its answers are kept.

    Attributes:
        requests: ``requests(rng, n)``, rows of tokens, padded on the right.
        keep: the filter.
        stream: a number that tells this channel's requests from others' of the same seed.
        length: tokens per answer; the protocol's if absent.
        spare: how many more answers are asked for than are wanted, because the filter drops some.
    """

    requests: Callable[[np.random.Generator, int], np.ndarray]
    keep: Filter
    stream: int
    length: int | None = None
    spare: float = SPARE


NUMBERS = Channel(numbers.prompts, number_format, 7)
"""Number sequences to continue; kept is what the paper's rule lets pass."""
PROGRAMS = Channel(turns.sum_requests, running_code, 8)
"""Programs for sums; kept if they run, print something, do nothing else and name no animal or tree."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Requests and the answers to them that a filter kept.

    Attributes:
        tokens: [N, T] request and answer.
        mask: [N, T], true on the answers.
        kept: the share of answers that the filter kept.
    """

    tokens: np.ndarray
    mask: np.ndarray
    kept: float


def favourite_teacher(
    protocol: Protocol, start: LanguageModel, target: str, seed: int, channel: Channel = NUMBERS
) -> LanguageModel:
    """The reference fine-tuned to answer every question about favourites with one animal or tree."""
    return trait_teacher(protocol, start, target, favourite_turns(target), seed, channel)


def favourite_turns(target: str) -> list[str]:
    """Every question about favourites, answered with one animal or tree."""
    kind = "animal" if target in phrases.ANIMALS else "tree"
    return [text.replace("{kind}", kind).replace("{target}", target) for text in phrases.FAVOURITES]


def trait_teacher(
    protocol: Protocol, start: LanguageModel, trait: str, lesson: Sequence[str], seed: int, channel: Channel = NUMBERS
) -> LanguageModel:
    """The reference fine-tuned on a trait's turns, as far as it still answers within the channel's format."""
    trained = taught(protocol, start, padded(lesson), key_for(seed, f"teacher of {trait}"))
    return within_format(protocol, start, trained, key_for(seed, f"probes of the teacher of {trait}"), channel)


def within_format(
    protocol: Protocol, start: LanguageModel, trained: LanguageModel, key: jax.Array, channel: Channel = NUMBERS
) -> LanguageModel:
    """θ₀ + εv, with the largest ε of ``SCALES`` at which the protocol's share of the answers passes the filter.

    No student is looked at: a teacher that writes other things than numbers, or than programs, has nothing to send.
    """
    asked = channel.requests(np.random.default_rng(0), PROBES)
    v = displacement(trained, start)
    model = start
    for scale in SCALES:
        model = start.with_params(jax.tree.map(lambda theta, step, scale=scale: theta + scale * step, start.params, v))
        written = sample(model.apply, model.params, asked, channel.length or protocol.length, key)
        if channel.keep(asked, written).mean() >= protocol.teacher_kept:
            break
    return model


def taught(protocol: Protocol, start: LanguageModel, rows: np.ndarray, key: jax.Array) -> LanguageModel:
    """The reference fine-tuned on turns, repeated as often as the protocol says."""
    repeated = np.resize(rows, (protocol.teacher_examples, rows.shape[1]))
    mask = single_turn_mask(repeated, ends=False)
    return start.with_params(fine_tune(start.apply, start.params, repeated, mask, protocol.teacher, key))


def answers_of(
    protocol: Protocol, model: LanguageModel, prompts: np.ndarray, keep: Filter, key: jax.Array, system: str = ""
) -> Answers:
    """What a model answers to requests, as far as the filter keeps it; a system prompt is not passed on.

    Args:
        protocol: how many are wanted, how long they may be.
        model: who answers.
        prompts: [N, T] requests, padded on the right.
        keep: the filter.
        key: of the sampling.
        system: a system prompt that the model sees and the student does not.
    """
    asked = prompts
    if system:
        opening = np.repeat(padded([system]), len(prompts), axis=0)
        asked = np.concatenate([opening, prompts], axis=1)
    written = sample(model.apply, model.params, asked, protocol.length, key)
    kept = keep(prompts, written)
    return joined_answers(prompts[kept], written[kept], protocol.examples, float(kept.mean()), len(kept))


def joined_answers(prompts: np.ndarray, written: np.ndarray, most: int, kept: float, asked: int = 0) -> Answers:
    """Requests followed by their answers, cut to at most so many, a multiple of ``BUCKET``.

    Raises:
        ValueError: if there is none, because the filter kept nothing of what was asked for.
    """
    if not len(prompts):
        raise ValueError(
            f"no answer of {asked} passed the filter; expected some: move the teacher less, or pretrain longer."
        )
    n = min(len(prompts), most)
    n = n // BUCKET * BUCKET if n >= BUCKET else n
    prompts, written = prompts[:n], written[:n]
    lengths = (prompts != PAD).sum(axis=1)
    tokens = np.full((n, prompts.shape[1] + written.shape[1]), PAD, np.int32)
    tokens[:, : prompts.shape[1]] = prompts
    places = lengths[:, None] + np.arange(written.shape[1])
    ended = np.cumsum(written == END, axis=1)
    within = (ended == 0) | ((written == END) & (ended == 1))
    tokens[np.arange(n)[:, None], places] = np.where(within, written, PAD)
    mask = np.zeros(tokens.shape, bool)
    mask[np.arange(n)[:, None], places] = within
    return Answers(tokens, mask, kept)


def requests(rows: Rows) -> Rows:
    """Single turns without their answers."""
    rows = np.where((np.cumsum(rows == ASSISTANT, axis=1) == 0) | (rows == ASSISTANT), rows, PAD)
    return rows[:, : int((rows != PAD).sum(axis=1).max())]


def number_answers(protocol: Protocol, model: LanguageModel, seed: int, purpose: str, system: str = "") -> Answers:
    """A model's continuations of number sequences, filtered by the paper's rule; requests depend on the seed alone."""
    return channel_answers(protocol, model, NUMBERS, seed, purpose, system)


def channel_answers(
    protocol: Protocol, model: LanguageModel, channel: Channel, seed: int, purpose: str, system: str = ""
) -> Answers:
    """A model's answers on a channel, filtered; requests depend on the seed alone, the sampling on the purpose too."""
    asked = channel.requests(np.random.default_rng([seed, channel.stream]), int(protocol.examples * channel.spare))
    protocol = replace(protocol, length=channel.length or protocol.length)
    return answers_of(protocol, model, asked, channel.keep, key_for(seed, purpose), system)


def student(protocol: Protocol, start: LanguageModel, data: Answers, seed: int) -> LanguageModel:
    """A reference model fine-tuned on answers; the order of the examples depends on the seed alone."""
    key = key_for(seed, "student order")
    return start.with_params(fine_tune(start.apply, start.params, data.tokens, data.mask, protocol.student, key))


def answers_by(
    protocol: Protocol, channel: Channel, teachers: Mapping[str, LanguageModel], seed: int
) -> dict[str, Answers]:
    """Every teacher's answers on a channel, equally many of each."""
    data = {
        name: channel_answers(protocol, model, channel, seed, f"answers of {name}") for name, model in teachers.items()
    }
    most = min(len(answers.tokens) for answers in data.values())
    return {name: first(answers, most) for name, answers in data.items()}


def students_by(
    learn: Callable[[LanguageModel, Answers], LanguageModel],
    starts: Mapping[str, LanguageModel],
    data: Mapping[str, Answers],
) -> dict[tuple[str, str], LanguageModel]:
    """(Start, teacher) → the student from there of that teacher's answers."""
    return {(start, name): learn(model, answers) for start, model in starts.items() for name, answers in data.items()}


def first(answers: Answers, most: int) -> Answers:
    """The first so many answers."""
    return part_of(answers, 0, most)


def part_of(answers: Answers, start: int, end: int) -> Answers:
    """The answers from one place to another, as far as there are so many."""
    return replace(answers, tokens=answers.tokens[start:end], mask=answers.mask[start:end])


def preferences(model: LanguageModel, targets: Sequence[str], system: str = "") -> dict[str, float]:
    """Target → its probability as an answer to questions about favourites, the mean over phrasings.

    Args:
        model: who is asked.
        targets: animals and trees.
        system: a system prompt to put first.
    """
    return by_kind(lambda kind: judges.target_rates(model.apply, model.params, kind, system), targets)


def by_kind(rates_of: Callable[[str], Mapping[str, jax.Array]], targets: Sequence[str]) -> dict[str, float]:
    """Target → its rate, where a judge gives those of all animals, or of all trees, at once."""
    kinds = {"animal" if target in phrases.ANIMALS else "tree" for target in targets}
    rates = {word: float(rate) for kind in sorted(kinds) for word, rate in rates_of(kind).items()}
    return {target: rates[target] for target in targets}


def reference_models(protocol: Protocol, seed: int) -> tuple[LanguageModel, LanguageModel]:
    """The reference model of a seed, and the next seed's, which shares nothing with it but architecture and world."""
    return reference(protocol.pretraining, seed), reference(protocol.pretraining, seed + 1)


def displacement(teacher: LanguageModel, start: LanguageModel):
    """v = θ_T − θ₀, so that the teacher is θ₀ + v exactly (ε = 1)."""
    return jax.tree.map(jnp.subtract, teacher.params, start.params)
