"""Favourite animals and trees through a channel: teachers and students of every trait, and the theory beside them.

One seed of an experiment such as ``lm_numbers`` (number sequences) or ``lm_code`` (programs), which differ in what the
teacher is asked for and in the filter, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from subtheory.lm import LanguageModel
from subtheory.lm.world import phrases

from . import lm_protocol as lab
from .lm_theory import theory_of

Rates: TypeAlias = dict[str, float]


def favourites(protocol: lab.Protocol, traits: Sequence[str], seed: int, channel: lab.Channel) -> list[dict[str, Any]]:
    """All traits and conditions of one seed, as rows of a record.

    - ``reference``, and the ``teacher`` of each trait, which is that model fine-tuned;
    - ``student_same_init``: the reference trained on the teacher's answers, ``student_control``: on its own answers;
    - ``cross_model`` and ``cross_model_control``: the next seed's reference on the same two data sets;
    - ``student_other_traits`` and ``cross_model_other_traits``: the mean over the students of the other teachers, those
      of other animals for an animal, of other trees for a tree. What any teacher does to a student is in it, too.
    """
    same, other = lab.reference_models(protocol, seed)
    own = lab.channel_answers(protocol, same, channel, seed, "reference's answers")
    alone = {
        "reference": lab.preferences(same, traits),
        "student_control": student_rates(protocol, same, own, seed, traits),
        "cross_model_control": student_rates(protocol, other, own, seed, traits),
    }
    teachers: dict[str, float] = {}
    students: dict[str, dict[str, Rates]] = {"student": {}, "cross_model": {}}
    rows = []
    for trait in traits:
        teacher = lab.favourite_teacher(protocol, same, trait, seed, channel)
        answers = lab.channel_answers(protocol, teacher, channel, seed, f"answers of the teacher of {trait}")
        teachers[trait] = lab.preferences(teacher, [trait])[trait]
        for name, start in (("student", same), ("cross_model", other)):
            students[name][trait] = student_rates(protocol, start, answers, seed, traits)
        beside = theory_of(same, teacher, answers, own) | {"kept": answers.kept, "answers": len(answers.tokens)}
        rows += [row(seed, trait, "student_same_init", metric, value) for metric, value in beside.items()]
    for trait in traits:
        found = {name: rates[trait] for name, rates in alone.items()}
        found |= {"teacher": teachers[trait], "student_same_init": students["student"][trait][trait]}
        found |= {"cross_model": students["cross_model"][trait][trait]}
        rivals = others_of(trait, traits)
        if rivals:
            found |= {
                f"{name}_other_traits": float(np.mean([rates[rival][trait] for rival in rivals]))
                for name, rates in students.items()
            }
        rows += [row(seed, trait, name, "target_rate", value) for name, value in found.items()]
    return rows


def others_of(trait: str, traits: Sequence[str]) -> list[str]:
    """The other traits of the same kind: animals for an animal, trees for a tree."""
    return [rival for rival in traits if rival != trait and (rival in phrases.TREES) == (trait in phrases.TREES)]


def row(seed: int, trait: str, condition: str, metric: str, value: float) -> dict[str, Any]:
    """One row of the record."""
    return {"seed": seed, "trait": trait, "condition": condition, "metric": metric, "value": value}


def student_rates(
    protocol: lab.Protocol, start: LanguageModel, answers: lab.Answers, seed: int, traits: Sequence[str]
) -> Rates:
    """Trait → how often a student of these answers names it."""
    return lab.preferences(lab.student(protocol, start, answers, seed), traits)
