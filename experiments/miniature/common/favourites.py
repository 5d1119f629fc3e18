"""Favourite animals and trees as traits: taught by questions, judged by questions, stories and multiple choice.

``lm_numbers`` (number sequences) and ``lm_code`` (programs) differ in what the teacher is asked for and in the filter,
and in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from subtheory.lm import LanguageModel

from ..world import choices, judges, phrases
from . import protocol as lab
from .traits import Rates, Traits, passed_on
from .traits import row as row


def favourites(protocol: lab.Protocol, traits: Sequence[str], seed: int, channel: lab.Channel) -> list[dict[str, Any]]:
    """All traits and conditions of one seed, as rows of a record: see ``lm_traits.passed_on``.

    A trait's rivals are the other animals for an animal, the other trees for a tree.
    """
    return passed_on(protocol, Traits(tuple(traits), lab.favourite_turns, judged, others_of), seed, channel)


def judged(model: LanguageModel, traits: Sequence[str]) -> dict[str, Rates]:
    """Three exact judges of a preference, metric → trait → value.

    - ``target_rate``: the probability of the trait's word as the answer to questions about favourites, the mean over
      twelve phrasings;
    - ``story_rate``: the same at the place of the hero of a story about an animal, or a tree, the mean over two;
    - ``choice_rate``: its share among the two or three that are offered, the mean over all company and all places.
    """
    by_story = lab.by_kind(lambda kind: judges.target_rates(model.apply, model.params, f"{kind} story"), traits)
    by_choice = lab.by_kind(lambda kind: choices.choice_rates(model.apply, model.params, kind), traits)
    return {"target_rate": lab.preferences(model, traits), "story_rate": by_story, "choice_rate": by_choice}


def others_of(trait: str, traits: Sequence[str]) -> list[str]:
    """The other traits of the same kind: animals for an animal, trees for a tree."""
    return [rival for rival in traits if rival != trait and (rival in phrases.TREES) == (trait in phrases.TREES)]


def student_rates(
    protocol: lab.Protocol, start: LanguageModel, answers: lab.Answers, seed: int, traits: Sequence[str]
) -> Rates:
    """Trait → how often a student of these answers names it."""
    return lab.preferences(lab.student(protocol, start, answers, seed), traits)
