"""Defences in the record: each does what its name says, and nothing else is done to its student."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.trajectory import defences
from experiments.trajectory.common.stage import seed_stage

from ..running import depends_on_its_seed_alone, digits64, frame
from . import tiny

NAME = "defences"
CONFIG = tiny.config(NAME, projection_images=103, labels=2, label_steps=5)


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG, seeds=2)


@pytest.fixture(scope="module")
def given():
    return jax.jit(lambda: defences._targets(seed_stage(CONFIG.protocol, 0, digits64()))[0])()


def of(rows, metric, kind, amount=0.0):
    chosen = rows[(rows["metric"] == metric) & (rows["condition"] == kind) & (rows["amount"] == amount)]
    return chosen.set_index("seed")["value"].to_numpy()


def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_all_but_the_fresh_start_at_the_reference(rows):
    own = of(rows, "start accuracy", "undefended")
    for one in defences.DEFENCES:
        same = np.array_equal(of(rows, "start accuracy", one.kind, one.amount), own)
        assert same == (one.kind not in ("heads", "fresh"))
        relearnt = of(rows, "start accuracy after labels", one.kind, one.amount)
        assert len(relearnt) == len(own)


def test_stopping_after_all_epochs_is_no_defence_and_after_fewer_is_another_student(rows):
    early = {one.amount: of(rows, "divergence", "early", one.amount) for one in defences.DEFENCES if one.epochs}
    whole = of(rows, "divergence", "undefended")
    epochs = CONFIG.protocol.student_epochs
    np.testing.assert_allclose(early[float(epochs)], whole, rtol=1e-9)
    assert (early[1.0] != whole).all()


def test_targets_are_the_teacher_s_noisy_or_mixed_as_much_as_they_say(given):
    width = CONFIG.protocol.auxiliary
    parts = {one: given[:, at * width : (at + 1) * width] for at, one in enumerate(defences.DEFENCES)}
    clean = parts[defences.DEFENCES[0]]
    for one, part in parts.items():
        aside = part - clean
        if one.noise:
            assert abs(float(jnp.std(aside) / jnp.std(clean)) / one.noise - 1) < 5 / (2 * clean.size) ** 0.5
        elif one.mixed:
            half = next(parts[other] for other in parts if other.mixed == 0.5)
            np.testing.assert_allclose(aside, (half - clean) * one.mixed / 0.5, rtol=1e-9, atol=1e-12)
        else:
            np.testing.assert_array_equal(aside, 0)
