"""One family of optimisers for the student, one teacher for all."""

from dataclasses import fields, replace

import pytest

from experiments.auxiliary_logits.common.protocol import Protocol
from experiments.auxiliary_logits.common.sweep import LIGHT
from experiments.auxiliary_logits.preconditioners import FULL, PARTS, POINTS, S
from subtheory.simulation.optimisers import POWERS

from ..running import depends_on_its_seed_alone, frame
from . import tiny

NAME = "preconditioners"


def test_the_family_runs_from_descent_to_sign_descent():
    assert S == {"sgd": 0.0, **POWERS, "sign": 0.5}
    assert list(S.values()) == sorted(S.values())
    assert {(point.at["power"], point.at["rate"]) for point in POINTS} == {(s, p) for s in S.values() for p in PARTS}


def test_students_differ_by_their_optimiser_and_its_rate_alone():
    for point in POINTS:
        protocol = replace(LIGHT, **point.changes)
        others = [f.name for f in fields(Protocol) if f.name not in ("student_optimiser", "student_rate")]
        assert all(getattr(protocol, name) == getattr(LIGHT, name) for name in others)
        assert S[protocol.student_optimiser] == point.at["power"]
        assert protocol.student_rate == pytest.approx(point.at["rate"] * FULL[protocol.student_optimiser])
        student, control = point.students["student_aux"], point.students["cross_model_aux"]
        assert replace(control, init=student.init) == student


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else():
    config = tiny.sweep(NAME, lambda at: at["power"] == 0.125 and at["rate"] == 1.0)
    depends_on_its_seed_alone(NAME, config, frame(NAME, config))
