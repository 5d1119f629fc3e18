"""Kept answers rewritten before a student sees them: by rule, or by a model that goes on from a part of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

import jax
import numpy as np

from subtheory._keys import key_for
from subtheory.lm import LanguageModel

from ..world import paraphrase
from ..world.filters import Rows
from ..world.sampling import CHUNK, sample
from ..world.templates import joined
from ..world.vocabulary import PAD
from . import protocol as lab

TRIES = 4
"""How often a model may write an answer until the filter keeps it."""
Rule: TypeAlias = Callable[[Rows, Rows, np.random.Generator], tuple[Rows, Rows]]
"""``rule(requests, answers, rng)``: both, rewritten."""


@dataclass(frozen=True, eq=False)
class Rewritten:
    """Answers after rewriting, and which ones they are of those before.

    Attributes:
        answers: what is left.
        places: [N] each one's place before.
    """

    answers: lab.Answers
    places: np.ndarray


NUMBER_RULES: dict[str, Rule] = {
    "request reworded": lambda asked, written, rng: (paraphrase.reworded(asked, rng), written),
    "with commas": lambda asked, written, rng: (asked, paraphrase.restyled(written, 0)),
}
PROGRAM_RULES: dict[str, Rule] = {
    "renamed": lambda asked, written, rng: (asked, paraphrase.programs_by(paraphrase.renamed, written, rng)),
    "rewritten": lambda asked, written, rng: (asked, paraphrase.programs_by(paraphrase.rewritten, written, rng)),
}
MODELS = {"half by the reference": 0.5, "by the reference": 0.0}
"""What part of an answer stays when the reference writes the rest."""


def in_all_ways(
    answers: lab.Answers, rules: dict[str, Rule], channel: lab.Channel, model: LanguageModel, length: int, seed: int
) -> dict[str, Rewritten]:
    """Rewriting → the answers so rewritten; all draws depend on the seed alone.

    Args:
        answers: as they were kept.
        rules: by name.
        channel: whose filter what a model writes must pass, too.
        model: which one rewrites.
        length: tokens that it may write.
        seed: of all draws.
    """
    found = {"as written": Rewritten(answers, np.arange(len(answers.tokens)))}
    for name, rule in rules.items():
        asked, written = rule(*apart(answers), np.random.default_rng([seed, 19]))
        made = lab.joined_answers(asked, written, len(asked), answers.kept)
        found[name] = Rewritten(made, np.arange(len(made.tokens)))
    for name, part in MODELS.items():
        found[name] = continued(answers, part, channel, model, length, key_for(seed, f"rewriting {name}"))
    return found


def apart(answers: lab.Answers) -> tuple[Rows, Rows]:
    """Requests, and what was answered."""
    asked, written = (joined(np.where(here, answers.tokens, PAD)) for here in (~answers.mask, answers.mask))
    return asked, written


def continued(
    answers: lab.Answers, part: float, channel: lab.Channel, model: LanguageModel, length: int, key: jax.Array
) -> Rewritten:
    """The first part of every answer, rounded down to words, and what a model writes after it.

    An answer that the channel's filter drops is written anew, up to ``TRIES`` times in all, and then left out.

    Args:
        answers: as they were kept.
        part: how much of each stays.
        channel: whose filter decides.
        model: who writes the rest.
        length: tokens of a whole answer, beyond which it is cut off.
        key: of all draws.
    """
    asked, written = apart(answers)
    most = (part * (written != PAD).sum(axis=1)).astype(int)
    opening = np.where(np.arange(written.shape[1]) < most[:, None], written, PAD)
    given = widened(joined(asked, opening), asked.shape[1] + int(part * length))
    out = np.full((len(asked), length), PAD, np.int32)
    done = np.zeros(len(asked), bool)
    for attempt in range(TRIES):
        here = np.flatnonzero(~done)
        if not len(here):
            break
        tried = given[np.resize(here, max(len(here), CHUNK))]  # one shape, however few are left
        more = sample(model.apply, model.params, tried, length, jax.random.fold_in(key, attempt))[: len(here)]
        whole = widened(joined(opening[here], more), length)
        kept = channel.keep(asked[here], whole)
        out[here[kept]] = whole[kept]
        done[here[kept]] = True
    places = np.flatnonzero(done)
    made = lab.joined_answers(asked[places], out[places], len(places), float(done.mean()), len(asked))
    return Rewritten(made, places[: len(made.tokens)])


def widened(rows: Rows, width: int) -> Rows:
    """Rows cut or padded to a width."""
    return np.pad(rows, ((0, 0), (0, max(0, width - rows.shape[1]))), constant_values=PAD)[:, :width]


def cut(rewritten: Rewritten, n: int) -> Rewritten:
    """The first so many."""
    return replace(rewritten, answers=lab.first(rewritten.answers, n), places=rewritten.places[:n])
