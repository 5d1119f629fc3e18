"""Traces in the record: looks change nothing, and what is projected out is out."""

import numpy as np
import pytest

from experiments.trajectory import alignment_traces

from ..running import depends_on_its_seed_alone, frame, one
from . import tiny

NAME = "alignment_traces"
CONFIG = tiny.config(NAME, every=1, projection_images=103)


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG, seeds=2)


def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_the_first_look_is_the_same_whatever_is_projected_later(rows):
    first = rows[(rows["step"] == 0) & (rows["part"] == "all")]
    for metric in ("trait cosine", "displacement inner product", "imitation loss"):
        student = one(first, metric, "student")
        for name in ("gradient projected", "step projected", "random projected"):
            np.testing.assert_array_equal(one(first, metric, name), student)
        assert (one(first, metric, "control") != student).all()


def test_inner_products_of_all_layers_are_the_sums_over_those_that_both_gradients_reach(rows):
    for metric in ("trait inner product", "displacement inner product"):
        table = rows[(rows["metric"] == metric) & (rows["condition"] == "student")]
        by_part = table.pivot_table(index=["seed", "step"], columns="part", values="value")
        assert set(by_part) == {"all", *alignment_traces.PARTS}
        np.testing.assert_allclose(by_part[list(alignment_traces.PARTS)].sum(axis=1), by_part["all"], rtol=1e-9)


def test_what_is_projected_out_matters_and_a_random_direction_hardly_does(rows):
    ended = {name: one(rows, "final displacement cosine", name) for name in alignment_traces.TRAININGS}
    aside = {name: (values - ended["student"]).abs() for name, values in ended.items()}
    assert (aside["random projected"] > 0).all()
    for name in ("step projected", "gradient projected"):
        assert (aside[name] > 5 * aside["random projected"]).all()


def test_a_look_stands_before_every_so_many_steps(rows):
    steps = CONFIG.protocol.student_epochs * (CONFIG.protocol.noise // CONFIG.protocol.batch)
    assert sorted(rows["step"].dropna().unique()) == list(range(0, steps, CONFIG.every))
