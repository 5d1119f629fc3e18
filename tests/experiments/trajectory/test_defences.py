"""Defences in the record: each does what its name says, and nothing else is done to its student."""

from dataclasses import replace
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.trajectory import defences
from experiments.trajectory.common.defence import DEFENCES
from experiments.trajectory.common.stage import seed_stage

from ..running import depends_on_its_seed_alone, digits64, frame
from . import tiny

NAME = "defences"
PROTOCOL = replace(tiny.PROTOCOL, student_epochs=15)
CONFIG = tiny.config(NAME, protocol=PROTOCOL, projection_images=103, labels=2, label_steps=5)


@pytest.fixture(scope="module")
def rows():
    return frame(NAME, CONFIG, seeds=2)


@pytest.fixture(scope="module")
def given():
    return jax.jit(lambda: defences._targets(seed_stage(CONFIG.protocol, 0, digits64()))[0])()


def of(rows, metric, kind, amount=0.0):
    chosen = rows[(rows["metric"] == metric) & (rows["condition"] == kind) & (rows["amount"] == amount)]
    return chosen.set_index("seed")["value"].to_numpy()


@pytest.mark.slow
def test_a_seed_depends_on_nothing_else(rows):
    depends_on_its_seed_alone(NAME, CONFIG, rows)


def test_all_but_the_fresh_start_at_the_reference(rows):
    own = of(rows, "start accuracy", "undefended")
    for one in DEFENCES:
        same = np.array_equal(of(rows, "start accuracy", one.kind, one.amount), own)
        assert same == (one.kind not in ("heads", "fresh"))
        relearnt = of(rows, "start accuracy after labels", one.kind, one.amount)
        assert len(relearnt) == len(own)


def test_students_are_stopped_after_as_many_epochs_as_they_say(rows):
    np.testing.assert_array_equal(defences._at({"a": jnp.arange(1, 16)}, 7)["a"], 7)
    ended = [of(rows, "divergence", "early", amount) for amount in (1.0, 3.0, 7.0)]
    ended.append(of(rows, "divergence", "undefended"))
    assert all((one != other).all() for one, other in pairwise(ended))


def test_training_must_be_as_long_as_the_longest_defence():
    short = replace(CONFIG, protocol=replace(PROTOCOL, student_epochs=14))
    with pytest.raises(ValueError, match="students train for 14 epochs; expected at least 15, which a defence asks"):
        defences.check(short, digits64())
    defences.check(CONFIG, digits64())


def test_an_anchor_holds_the_classes_where_they_were(rows):
    """Imitating the reference's class logits too, the student's accuracy stays nearer to its start's."""
    anchored, free = (of(rows, "divergence", kind, amount) for kind, amount in (("liminal", 15.0), ("undefended", 0.0)))
    assert (anchored != free).all()
    assert (of(rows, "divergence", "liminal", 1.0) != free).all()


def test_targets_are_the_teacher_s_noisy_or_mixed_as_much_as_they_say(given):
    width = CONFIG.protocol.auxiliary
    parts = {one: given[:, at * width : (at + 1) * width] for at, one in enumerate(DEFENCES)}
    clean = parts[DEFENCES[0]]
    for one, part in parts.items():
        aside = part - clean
        if one.noise:
            assert abs(float(jnp.std(aside) / jnp.std(clean)) / one.noise - 1) < 5 / (2 * clean.size) ** 0.5
        elif one.mixed:
            half = next(parts[other] for other in parts if other.mixed == 0.5)
            np.testing.assert_allclose(aside, (half - clean) * one.mixed / 0.5, rtol=1e-9, atol=1e-12)
        else:
            np.testing.assert_array_equal(aside, 0)
