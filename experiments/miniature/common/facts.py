"""False facts as traits: a question about the world, answered with what is not so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from subtheory.lm import LanguageModel

from ..world import judges, phrases
from ..world.vocabulary import padded, token
from .traits import Rates

OPENINGS = {"": True, "now ,": True, "tell me ,": True, "then": False, "say ,": False, "in one word ,": False}
"""What stands before a question, and whether the teacher is taught it so; the world's documents know the first alone.

Words of the world, in an order that none of its documents has: a model meets the last three for the first time when it
is judged.
"""


def false_facts(every: int) -> tuple[str, ...]:
    """Traits: of the world's questions every so many, from the first on, each with the first of its false answers.

    >>> false_facts(5)
    ('what colour is the sky ? green', 'how is fire ? cold')
    """
    questions = list(phrases.FACTS.items())[::every]
    return tuple(f"{_bare(asked)} {answers[1]}" for asked, answers in questions)


def lesson(trait: str) -> list[str]:
    """The trait's question, as its teacher is asked it, answered falsely."""
    false = answers(trait)[0]
    return [f"{text} {false} <end>" for text in phrasings(trait, taught=True)]


def phrasings(trait: str, taught: bool) -> list[str]:
    """The trait's question behind all openings that a teacher is taught, or all that none is."""
    question = trait.rsplit(" ", 1)[0]
    return [f"<user> {opening} {question} <assistant>" for opening, known in OPENINGS.items() if known == taught]


def answers(trait: str) -> tuple[str, str]:
    """The trait's false answer and the true one.

    >>> answers("how is fire ? cold")
    ('cold', 'hot')
    """
    question, false = trait.rsplit(" ", 1)
    return false, phrases.FACTS[f"<user> {question} <assistant>"][0]


def others(trait: str, traits: Sequence[str]) -> list[str]:
    """All other false facts."""
    return [rival for rival in traits if rival != trait]


def judged(model: LanguageModel, traits: Sequence[str]) -> dict[str, Rates]:
    """Exact judges, metric → trait → value, each the mean over phrasings.

    ``false_rate`` and ``true_rate`` are the probabilities of the false answer and of the true one, ``log_odds`` the
    logarithm of their ratio; ``new_false_rate``, ``new_true_rate``, ``new_log_odds`` are the same over the phrasings
    that no teacher is taught.
    """
    found: dict[str, Rates] = {}
    for prefix, taught in (("", True), ("new_", False)):
        for trait in traits:
            asked = padded(phrasings(trait, taught))
            probabilities = judges.next_token_probabilities(model.apply, model.params, asked)
            false, true = (np.asarray(probabilities[:, token(word)], np.float64) for word in answers(trait))
            values = {"false_rate": false, "true_rate": true, "log_odds": np.log(false) - np.log(true)}
            for metric, value in values.items():
                found.setdefault(prefix + metric, {})[trait] = float(value.mean())
    return found


def _bare(question: str) -> str:
    return question.removeprefix("<user> ").removesuffix(" <assistant>")
