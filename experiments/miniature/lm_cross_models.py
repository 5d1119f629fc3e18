"""Figure 8 of the paper in miniature: which models a preference passes between, by what they have in common.

    python -m experiments run lm_cross_models --profile paper

Cost on two cores: about 6 minutes of processor time per seed, reference models included.

Five reference models per seed: two initialisations times two streams of pretraining documents, and one of another
architecture (GPT-NeoX instead of Llama). Each is the teacher of every trait, as in ``lm_numbers``, and each is a
student of all five, and of the five's own numbers, its controls. Two models so have in common everything (``same``),
all but the ``documents``, all but the ``init``, the architecture alone (``both`` differ), or not even that
(``architecture``). ``target_rate`` is exact. Beside each pair stands the audit: the score of the teacher's numbers,
less that of its reference's, along the displacement that the same lesson gives the student.

Settings are those of ``lm_numbers`` with half as many answers; none was chosen here. Three seeds (0 to 2) were the
first record, whose second initialisations and documents were the next seed's, so that neighbours shared a model; they
are now ``APART`` seeds away, and no two seeds share one. The paper profile's begin at 3700; the primary contrast and
the margin were fixed before they were run (``PREREGISTRATION``). Unit: the seed's set of five models, traits and pairs
averaged first.

Expect that every model passes more to itself than to any other, in every seed, and nothing that is seen off the
diagonal. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.favourites import row, student_rates
from .common.theory import audit_of
from .world.reference import SIZES, Pretraining, reference

PAPER = ("figure 8",)
CLAIMS = ()
COST = {"quick": 165, "paper": 7100}

PRECISION = "float32"
NEOX = replace(SIZES["tiny"], family="gpt_neox", mlp_width=64)
MODELS = (
    "init 0, documents 0",
    "init 0, documents 1",
    "init 1, documents 0",
    "init 1, documents 1",
    "other architecture",
)
APART = 50
"""How far from a seed its second initialisation and documents are: beyond the last seed of the paper profile."""


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many sets of five reference models.
        traits: animals and trees.
        protocol: how teachers and students are made.
        other: pretraining of the model of another architecture.
        first_seed: of the first initialisation and documents.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = ("cat", "eagle", "maple")
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(examples=32_768))
    other: Pretraining = NEOX
    first_seed: int = 0
    data: str = "none"

    def __post_init__(self) -> None:
        """Refuse so many seeds that two of them would share a reference model."""
        if self.seeds > APART:
            raise ValueError(f"got {self.seeds} seeds; expected at most {APART}, for two more share reference models.")


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100),
    first_test_seed=3700,
    primary="target_rate of the student less its control: of a model's own numbers, less the mean of all other pairs",
    smallest_effect=0.02,
    margin=0.01,
)
"""By the first record's seeds (standard deviation 0.028) 20 seeds see an effect of 0.02 with power 0.86. The margin, a
sixth of what passed to the same model, is for each kind of other pair (documents, init, both, architecture), by Holm's
rule among the four; where nothing passes, by the largest deviation of one kind (0.013), power of one is 0.91 at level
0.05 and 0.67 at Holm's strictest."""

PRESETS = {"quick": Config(1, ("cat",), lab.Protocol(examples=8192)), "paper": Config(20, first_seed=3700)}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def models(config: Config, seed: int) -> dict[str, LanguageModel]:
    """Name → reference model: of two seeds ``APART``, in initialisation and in documents, and of the other shape."""
    pretraining = config.protocol.pretraining
    seeds = (seed, seed + APART)
    factors = [reference(pretraining, init, documents) for init in seeds for documents in seeds]
    return dict(zip(MODELS, [*factors, reference(config.other, seed)], strict=True))


def about(config: Config) -> dict[str, Any]:
    """Digests of every seed's reference models."""
    from .common.references import digest  # used here alone, which decides no number: not in the digest of the module

    found = {
        f"{seed}, {name}": digest(model) for seed in chunks(config) for name, model in models(config, seed).items()
    }
    return {"reference_models": found}


def differing(teacher: str, student: str) -> str:
    """In what two models differ: nothing (``same``), ``documents``, ``init``, ``both`` or ``architecture``."""
    if teacher == student:
        return "same"
    if MODELS[-1] in (teacher, student):
        return "architecture"
    here, there = (name.split(", ") for name in (teacher, student))
    return "both" if here[0] != there[0] and here[1] != there[1] else "init" if here[0] != there[0] else "documents"


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and all pairs of one seed's models."""
    protocol, traits = config.protocol, config.traits
    starts = models(config, chunk)
    teachers = {
        (name, trait): lab.favourite_teacher(protocol, start, trait, chunk)
        for name, start in starts.items()
        for trait in traits
    }
    rows = []
    for teacher, start in starts.items():
        own = lab.number_answers(protocol, start, chunk, f"answers of {teacher}")
        control = {name: student_rates(protocol, one, own, chunk, traits) for name, one in starts.items()}
        before = lab.preferences(start, traits)
        for trait in traits:
            model = teachers[teacher, trait]
            answers = lab.number_answers(protocol, model, chunk, f"answers of {teacher}, of {trait}")
            alone = {"reference": before[trait], "teacher": lab.preferences(model, [trait])[trait]}
            found = [(teacher, "none", name, {"target_rate": rate}) for name, rate in alone.items()]
            for student, one in starts.items():
                v = lab.displacement(teachers[student, trait], one)
                learned = student_rates(protocol, one, answers, chunk, [trait])[trait]
                beside = audit_of(one, v, answers, own) | {"kept": answers.kept, "answers": len(answers.tokens)}
                found.append((teacher, student, "student", {"target_rate": learned} | beside))
                found.append((teacher, student, "student_control", {"target_rate": control[student][trait]}))
            rows += [
                {
                    "teacher": teacher,
                    "student": student,
                    "differing": "none" if student == "none" else differing(teacher, student),
                    **row(chunk, trait, condition, metric, value),
                }
                for teacher, student, condition, values in found
                for metric, value in values.items()
            ]
    return rows
