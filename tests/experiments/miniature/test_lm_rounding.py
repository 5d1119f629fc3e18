"""One last digit: where it is moved, what follows of it and what does not, and the committed record by seed."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.miniature import lm_rounding
from experiments.miniature.common.last_digits import moved_by_a_digit
from experiments.miniature.world import reference as references
from paper_figures.drawing import reading
from paper_figures.miniature import lm_rounding as figure
from subtheory.hypotheses import equivalence

from ..running import frame
from .lm_tiny import TINY

NAME = "lm_rounding"


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
def test_every_entry_moves_to_a_neighbour_and_zeros_stay(dtype):
    x = jax.random.normal(jax.random.key(0), (400,), dtype).at[:3].set(0)
    moved = moved_by_a_digit({"a": x, "b": -x}, jax.random.key(1))
    for before, after in ((x, moved["a"]), (-x, moved["b"])):
        neighbours = [np.nextafter(np.asarray(before), np.asarray(end, dtype)) for end in (np.inf, -np.inf)]
        up = np.asarray(after) == neighbours[0]
        assert (up | (np.asarray(after) == neighbours[1]))[3:].all()
        assert 0.35 < up[3:].mean() < 0.65
        assert (np.asarray(after)[:3] == 0).all()
    assert (np.asarray(moved["a"]) != -np.asarray(moved["b"])).any()


def test_another_beginning_is_another_reference_in_the_cache(tmp_path):
    tiny = TINY.pretraining
    first, second = (
        references.reference(tiny, 0, cache=tmp_path, beginning=beginning)
        for beginning in (None, ("last digits", lm_rounding.digits(0, "reference")))
    )
    again = references.reference(tiny, 0, cache=tmp_path)
    apart = [jax.tree.leaves(jax.tree.map(lambda a, b: jnp.abs(a - b).max(), first.params, one.params))
             for one in (second, again)]  # fmt: skip
    assert max(apart[0]) > 0
    assert max(apart[1]) == 0


@pytest.mark.slow
def test_what_is_not_rounded_is_the_same_model_bit_for_bit(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    rows = frame(NAME, lm_rounding.Config(1, ("owl", "oak"), TINY))
    apart = rows[rows["metric"] == "apart"].pivot_table(index="trait", columns=["rounded", "condition"], values="value")
    assert (apart["nothing"] == 0).all(axis=None)
    for rounded, still in (
        ("student", ["teacher"]), ("teacher", ["reference", "student_control"]),
    ):  # fmt: skip
        assert (apart[rounded][still] == 0).all(axis=None)
    for rounded, condition in (("student", "student_same_init"), ("teacher", "teacher"), ("reference", "reference")):
        assert (apart[rounded][condition] > 0).all()


def test_the_committed_record_settles_what_was_preregistered():
    """By reference model: the mean does not move, and a seed's fate is its own, not its rounding's."""
    asked = lm_rounding.PREREGISTRATION
    change = figure.changes(reading.read(NAME)).T.groupby(level="seed").mean().T
    assert list(change.columns) == list(range(asked.first_test_seed, asked.first_test_seed + 12))
    moved = change.loc["reference"] - change.loc["nothing"]
    assert equivalence(moved, asked.margin).p_value < 0.05
    assert moved.std() < change.loc["nothing"].std() / 3
    assert change.loc["nothing"].corr(change.loc["reference"]) > 0.9
    apart = reading.read(NAME).values("apart", "student_same_init").groupby("rounded")["value"].mean()
    assert apart["reference"] > 0.5
    assert apart["student"] < 1e-3
