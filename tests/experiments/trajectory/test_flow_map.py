"""T15's bridges in the record: two agree to rounding, the third in proportion to the way, and none past the bound."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.harness import presets, registry

from ..auxiliary_logits import tiny as small
from ..running import depends_on_its_seed_alone, frame
from . import tiny

NAME = "flow_map"
CONFIG = tiny.config(
    NAME, seeds=2, widths=(6,), sizes=(1e-3, 1e-2, 1.0), bounds=(0.5, 1.5), looks=(5, 40),
    protocol=replace(small.PROTOCOL, activation="tanh", auxiliary=2, noise=12, theory_inputs=12),
)  # fmt: skip


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG)


def of(rows, condition, metric, **where):
    chosen = rows[(rows["condition"] == condition) & (rows["metric"] == metric)]
    for column, wanted in where.items():
        chosen = chosen[chosen[column] == wanted]
    return chosen.sort_values(["seed", "step"])["value"].to_numpy()


def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_formula_and_linearised_training_agree_to_rounding(rows):
    assert of(rows, "linearised", "distance", bound=0.5).max() < 1e-10


def test_the_network_departs_in_proportion_to_the_way_it_has_to_go(rows):
    near, far = (of(rows, "network", "distance", bound=0.5, size=size) for size in (1e-3, 1e-2))
    np.testing.assert_allclose(far / near, 10, rtol=0.2)
    assert (of(rows, "network", "distance", bound=0.5, size=1.0) > far).all()


def test_past_the_bound_nothing_holds(rows):
    assert of(rows, "network", "distance", bound=1.5, size=1.0, step=40).min() > 0.5  # the control


def test_test_seeds_are_no_development_seeds():
    quick, paper = (presets.seeds_of(registry.load(NAME).PRESETS[profile]) for profile in ("quick", "paper"))
    assert set(quick).isdisjoint(paper)
    assert len(paper) >= 10
