"""T14 in the record: looks agree with each other and with the geometry, whatever the start."""

import jax
import numpy as np
import pytest

from experiments.harness import presets, registry
from experiments.trajectory import certificate_start
from subtheory._keys import key_for

from ..running import depends_on_its_seed_alone, frame
from . import tiny

NAME = "certificate_start"
CONFIG = tiny.config(NAME)
ASKED = (
    ("interpolated", 0.0), ("interpolated", 0.1), ("interpolated", 1.0), ("fc1", 0.05), ("fc1", 0.1), ("permuted", 1.0),
)  # fmt: skip
"""Of all starts those that are looked at here: a quarter of the program is compiled in a third of the time."""


@pytest.fixture(autouse=True, scope="module")
def few():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificate_start, "STARTS", {one: certificate_start.STARTS[one] for one in ASKED})
        yield


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG, seeds=2)


def of(rows, metric, kind, amount, epoch=None):
    chosen = rows[(rows["metric"] == metric) & (rows["condition"] == kind) & (rows["amount"] == amount)]
    if epoch is not None:
        chosen = chosen[chosen["epoch"] == epoch]
    return chosen.set_index("seed")["value"].to_numpy()


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_a_permuted_start_is_the_same_function_at_another_place(rows):
    shared, moved = ("interpolated", 0.0), ("permuted", 1.0)
    np.testing.assert_allclose(of(rows, "monotone", *moved, 0), of(rows, "monotone", *shared, 0), rtol=1e-9)
    assert (of(rows, "distance", *moved, 0) > of(rows, "distance", *shared, 0)).all()
    assert (of(rows, "remainder", *moved, 0) != of(rows, "remainder", *shared, 0)).all()


def test_distances_are_those_of_the_starts(rows):
    np.testing.assert_array_equal(of(rows, "start distance", "interpolated", 0.0), 0)
    whole, half = (of(rows, "start distance", "interpolated", t) for t in (1.0, 0.1))
    np.testing.assert_allclose(half, 0.1 * whole, rtol=1e-9)
    one, two = (of(rows, "start distance", "fc1", s) for s in (0.05, 0.1))
    np.testing.assert_allclose(two, 2 * one, rtol=1e-9)


def test_the_gradient_s_progress_is_s_minus_rho(rows):
    """Where the student starts at θ₀, −∇L_S·v is S − ρ, and its cosine with v has that sign."""
    progress = of(rows, "monotone", "interpolated", 0.0, 0) - of(rows, "remainder", "interpolated", 0.0, 0)
    assert (progress > 0).all()
    assert (of(rows, "first update cosine", "interpolated", 0.0) > 0).all()


def test_there_is_a_look_before_the_first_step_and_after_every_epoch(rows):
    epochs = rows["epoch"].dropna().unique()
    assert sorted(epochs) == list(range(CONFIG.protocol.student_epochs + 1))
    assert (rows.loc[rows["metric"] == "monotone", "value"] >= 0).all()


def test_test_seeds_are_no_development_seeds():
    quick, paper = (presets.seeds_of(registry.load(NAME).PRESETS[profile]) for profile in ("quick", "paper"))
    assert set(quick).isdisjoint(paper)
    assert len(paper) >= 12
    assert list(certificate_start.chunks(registry.load(NAME).PRESETS["paper"])) == list(paper)
    assert not np.array_equal(jax.random.key_data(key_for(0, "a")), jax.random.key_data(key_for(1000, "a")))
