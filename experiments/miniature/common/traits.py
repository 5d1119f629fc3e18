"""Traits through a channel: how each is taught, how it is judged, and which others are its rivals.

One seed of an experiment such as ``lm_numbers`` (favourites through number sequences), ``lm_code`` (favourites through
programs) or ``lm_false_facts`` (false facts through number sequences): the same conditions for any traits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from subtheory.lm import LanguageModel

from . import protocol as lab
from .theory import theory_of

Rates: TypeAlias = dict[str, float]
"""Trait → value."""


@dataclass(frozen=True)
class Traits:
    """What is taught to teachers and asked of everybody.

    Attributes:
        names: of the traits.
        lesson: ``lesson(trait)``, the turns that its teacher is trained on.
        judge: ``judge(model, names)``, metric → trait → value; the traits that are asked for alone.
        rivals: ``rivals(trait, names)``, the traits whose teachers' students are the trait's second control.
    """

    names: tuple[str, ...]
    lesson: Callable[[str], Sequence[str]]
    judge: Callable[[LanguageModel, Sequence[str]], Mapping[str, Rates]]
    rivals: Callable[[str, Sequence[str]], list[str]]


def passed_on(protocol: lab.Protocol, traits: Traits, seed: int, channel: lab.Channel) -> list[dict[str, Any]]:
    """All traits and conditions of one seed, as rows of a record.

    - ``reference``, and the ``teacher`` of each trait, which is that model fine-tuned;
    - ``student_same_init``: the reference trained on the teacher's answers, ``student_control``: on its own answers;
    - ``cross_model`` and ``cross_model_control``: the next seed's reference on the same two data sets;
    - ``student_other_traits`` and ``cross_model_other_traits``: the mean over the students of the rivals' teachers.
      What any teacher does to a student is in it, too.
    """
    same, other = lab.reference_models(protocol, seed)
    own = lab.channel_answers(protocol, same, channel, seed, "reference's answers")

    def learned(start: LanguageModel, answers: lab.Answers) -> Mapping[str, Rates]:
        return traits.judge(lab.student(protocol, start, answers, seed), traits.names)

    alone = {
        "reference": traits.judge(same, traits.names),
        "student_control": learned(same, own),
        "cross_model_control": learned(other, own),
    }
    teachers: dict[str, Mapping[str, Rates]] = {}
    students: dict[str, dict[str, Mapping[str, Rates]]] = {"student": {}, "cross_model": {}}
    rows = []
    for trait in traits.names:
        teacher = lab.trait_teacher(protocol, same, trait, traits.lesson(trait), seed, channel)
        answers = lab.channel_answers(protocol, teacher, channel, seed, f"answers of the teacher of {trait}")
        teachers[trait] = traits.judge(teacher, [trait])
        for name, start in (("student", same), ("cross_model", other)):
            students[name][trait] = learned(start, answers)
        beside = theory_of(same, teacher, answers, own) | {"kept": answers.kept, "answers": len(answers.tokens)}
        rows += [row(seed, trait, "student_same_init", metric, value) for metric, value in beside.items()]
    for trait in traits.names:
        rivals = traits.rivals(trait, traits.names)
        for metric, taught in teachers[trait].items():
            found = {name: judged[metric][trait] for name, judged in alone.items()} | {"teacher": taught[trait]}
            for name, by_teacher in students.items():
                own_trait = "student_same_init" if name == "student" else name
                found[own_trait] = by_teacher[trait][metric][trait]
                if rivals:
                    of_rivals = [by_teacher[rival][metric][trait] for rival in rivals]
                    found[f"{name}_other_traits"] = float(np.mean(of_rivals))
            rows += [row(seed, trait, name, metric, value) for name, value in found.items()]
    return rows


def row(seed: int, trait: str, condition: str, metric: str, value: float) -> dict[str, Any]:
    """One row of the record."""
    return {"seed": seed, "trait": trait, "condition": condition, "metric": metric, "value": value}
