"""Does a preference need LoRA to pass, or Adam? Ranks × optimisers × learning rates, compared at equal imitation.

    python -m experiments run lm_adapters --profile paper

Nief et al. (arXiv 2606.00831) report that subliminal learning rises and falls with the rank of LoRA and vanishes under
full fine-tuning, Blank et al. (arXiv 2606.00995) that it needs an adaptive optimiser. Here students of the teachers of
``lm_numbers`` move, from one point and on the same 16 384 number sequences, adapters of rank 1 to 16 (the width) beside
every map of the layers, all parameters of the ``layers``, or ``all`` parameters; by Adam or gradient descent; at four
rates each. Conditions: the *reference*, the *teacher*, *student_same_init*; *student_control*, the same recipe on the
reference's own numbers; *student_other_traits*, the mean over the students of the other traits' teachers; and, at one
rate of each grid, *cross_model* and *cross_model_control* from the next seed's reference.

Beside the trait's ``target_rate`` stands the ``log likelihood`` of the teacher's held-out answers, in nats per answer:
how much a student has learned of its teacher. Whoever says that a recipe does not transmit must first have let it
learn. ``along`` is the student's displacement less its control's, along v = θ_T − θ₀, in units of v. Theory:
``theory_of``, and the first step of every recipe in its own coordinates (``lm_first_steps``).

Cost on two cores: about 9 minutes of processor time per seed for paper, 2 for quick. Grids, and the rate of
cross-model students, were chosen on seed 100 with owl, cat and oak. Three seeds (0 to 2) were the first record. The
paper profile's begin at 3900; the primary contrast, the families and the margin were fixed before they were run
(``PREREGISTRATION``). Unit: the reference model, its traits averaged first.

Expect a gain in every seed where layers or everything moves, by either optimiser, more by Adam, and no inverted U over
the rank. What was measured, by seed, is in ``docs/experiments/miniature.md``, made from the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from experiments.harness.preregistration import Preregistration
from experiments.harness.presets import seeds_of
from subtheory.lm import LanguageModel

from .common import protocol as lab
from .common.context import TRAITS
from .common.coordinates import ALL, LAYERS, Cell, along, likelihood, students_of
from .common.favourites import others_of, row
from .common.first_steps import first_steps
from .common.references.with_next import about as about
from .common.theory import theory_of
from .world.learning import Recipe

PAPER = ()
CLAIMS = ()
COST = {"quick": 125, "paper": 6700}

PRECISION = "float32"
OWN, STUDENT, LEARNED = "reference", "student_same_init", "log likelihood"
METHODS = ("rank 1", "rank 2", "rank 4", "rank 8", "rank 16", LAYERS, ALL)


@dataclass(frozen=True)
class Config:
    """What is run.

    Attributes:
        seeds: how many reference models, each with all traits.
        traits: animals and trees.
        protocol: how teachers are made, and the students' batch; of the answers eight ninths are learned, and the
            last ninth is held out to see how much was learned.
        methods: what students move, see ``lm_coordinates``.
        adapters_adam: rates of Adam for adapters.
        adapters_sgd: rates of gradient descent for adapters.
        whole_adam: rates of Adam for whole parameters.
        whole_sgd: rates of gradient descent for whole parameters.
        cross: the place in each of these grids of the rate that cross-model students have, too.
        first_seed: of the first reference model.
        data: no data set is used.
    """

    seeds: int
    traits: tuple[str, ...] = TRAITS
    protocol: lab.Protocol = field(default_factory=lambda: lab.Protocol(student=Recipe(batch=128), examples=18_432))
    methods: tuple[str, ...] = METHODS
    adapters_adam: tuple[float, ...] = (3e-4, 1e-3, 3e-3, 1e-2)
    adapters_sgd: tuple[float, ...] = (0.01, 0.03, 0.1, 0.3)
    whole_adam: tuple[float, ...] = (1e-4, 3e-4, 1e-3, 3e-3)
    whole_sgd: tuple[float, ...] = (0.003, 0.01, 0.03, 0.1)
    cross: int = 2
    first_seed: int = 0
    data: str = "none"


PREREGISTRATION = Preregistration(
    development=(0, 1, 2, 3, 100, 101),
    first_test_seed=3900,
    primary="target_rate of student_same_init less student_control, layers by Adam at the rate of which students find "
    "held-out answers likeliest, the mean over traits",
    smallest_effect=0.027,
    margin=0.015,
)
"""By the first record's seeds (standard deviation 0.028) 12 seeds see the mean of that record, 0.027, with power 0.86.
Second, one family by Holm's rule: the same by descent; all parameters by either optimiser; Adam less descent over all
seven ways to move; the slope per doubling of the rank by either. The margin is for cross-model students of whole layers
by either optimiser. A slope counts as flat within 0.003 per doubling, at which four doublings change less than half of
what passed in the first record (standard deviation of a slope 0.0027: power 0.9)."""

PRESETS = {
    "quick": Config(
        1, ("cat", "owl"), methods=("rank 1", "rank 8", LAYERS), cross=1,
        adapters_adam=(1e-3, 3e-3), adapters_sgd=(0.03, 0.1), whole_adam=(3e-4, 1e-3), whole_sgd=(0.01, 0.03),
    ),
    "paper": Config(12, first_seed=3900),
}  # fmt: skip


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def cells(config: Config) -> dict[Cell, bool]:
    """Recipe → whether cross-model students have it, too."""
    grids = (config.adapters_adam, config.adapters_sgd), (config.whole_adam, config.whole_sgd)
    return {
        Cell(method, optimiser, rate): place == config.cross
        for method in config.methods
        for optimiser, grid in zip(("adam", "sgd"), grids[method in (LAYERS, ALL)], strict=True)
        for place, rate in enumerate(grid)
    }


def run_chunk(config: Config, chunk: int, data: None) -> list[dict[str, Any]]:
    """All traits and recipes of one seed."""
    protocol = config.protocol
    same, other = lab.reference_models(protocol, chunk)
    teachers = {trait: lab.favourite_teacher(protocol, same, trait, chunk) for trait in config.traits}
    written = lab.answers_by(protocol, lab.NUMBERS, {OWN: same, **teachers}, chunk)
    learned = len(written[OWN].tokens) * 8 // 9
    seen = {name: lab.first(answers, learned) for name, answers in written.items()}
    held = {name: lab.part_of(answers, learned, len(answers.tokens)) for name, answers in written.items()}
    rows = []
    for trait, teacher in teachers.items():
        beside = theory_of(same, teacher, seen[trait], seen[OWN])
        rows += _rows(chunk, trait, STUDENT, Cell(), beside | {"kept": written[trait].kept, "answers": learned})
        for name, model in (("reference", same), ("teacher", teacher)):
            found = {"target_rate": lab.preferences(model, [trait])[trait]}
            rows += _rows(chunk, trait, name, Cell(), found | {LEARNED: likelihood(model, held[trait])})
        rows += _rows(chunk, trait, "cross_model_reference", Cell(), {LEARNED: likelihood(other, held[trait])})
        steps = first_steps(same, teacher, seen[trait], seen[OWN], config.methods, chunk)
        for (method, optimiser), found in steps.items():
            rows += _rows(chunk, trait, STUDENT, Cell(method, optimiser), found)
    for cell, crosses in cells(config).items():
        students = students_of(cell, same, seen, protocol.student.batch, chunk)
        rows += _outcomes(chunk, cell, "student", students, held)
        for trait, teacher in teachers.items():
            moved = along(students[trait], students[OWN], lab.displacement(teacher, same))
            rows += _rows(chunk, trait, STUDENT, cell, {"along": moved})
        if crosses:
            strangers = students_of(cell, other, seen, protocol.student.batch, chunk)
            rows += _outcomes(chunk, cell, "cross_model", strangers, held)
    return rows


def _outcomes(
    seed: int, cell: Cell, kind: str, students: Mapping[str, LanguageModel], held: Mapping[str, lab.Answers]
) -> list[dict[str, Any]]:
    """What the students of one recipe name, and how likely they find every teacher's held-out answers."""
    traits, rows = [name for name in held if name != OWN], []
    rates = {name: lab.preferences(model, traits) for name, model in students.items()}
    for trait in traits:
        for name, condition in ((trait, STUDENT if kind == "student" else kind), (OWN, f"{kind}_control")):
            found = {"target_rate": rates[name][trait], LEARNED: likelihood(students[name], held[trait])}
            rows += _rows(seed, trait, condition, cell, found)
        if rivals := others_of(trait, traits):
            found = {"target_rate": float(np.mean([rates[rival][trait] for rival in rivals]))}
            rows += _rows(seed, trait, f"{kind}_other_traits", cell, found)
    return rows


def _rows(seed: int, trait: str, condition: str, cell: Cell, found: Mapping[str, float]) -> list[dict[str, Any]]:
    return [cell._asdict() | row(seed, trait, condition, metric, value) for metric, value in found.items()]
