"""Keys and directions: one seed and purpose, one key; no two draws share one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory import _tree
from subtheory._keys import key_for
from tests.tolerances import exact


def test_keys_are_reproducible_and_distinct():
    purposes = [(seed, purpose, i) for seed in range(3) for purpose in ("teacher init", "noise") for i in range(3)]
    data = np.array([jax.random.key_data(key_for(seed, purpose, i)) for seed, purpose, i in purposes])
    again = np.array([jax.random.key_data(key_for(seed, purpose, i)) for seed, purpose, i in purposes])
    assert (data == again).all()
    assert len(np.unique(data, axis=0)) == len(purposes)
    assert not (jax.random.key_data(key_for(0, "noise")) == jax.random.key_data(key_for(0, "noise", 0))).all()


def test_keys_do_not_depend_on_the_run():
    """The very numbers, so that a seed in a published record keeps its meaning."""
    assert jax.random.key_data(key_for(0, "teacher init")).tolist() == [2633960142, 3605369526]


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed is -1; expected a non-negative integer."):
        key_for(-1, "noise")


def test_tree_arithmetic():
    a, b = {"w": jnp.array([3.0, 4.0])}, {"w": jnp.array([4.0, -3.0])}
    exact(_tree.move(a, 0.5, b), {"w": [5.0, 2.5]})
    exact(_tree.scaled(-2.0, a), {"w": [-6.0, -8.0]})
    exact(_tree.negative(a), {"w": [-3.0, -4.0]})
    exact(_tree.cosine(a, a), 1.0)
    exact(_tree.cosine(a, b), 0.0, scale=1.0)
    exact(_tree.cosine(a, _tree.negative(a)), -1.0)
    assert _tree.cosine(a, {"w": jnp.zeros(2)}) == 0


def test_tree_arithmetic_keeps_the_dtype():
    low = {"w": jnp.ones(2, jnp.float32)}
    assert _tree.move(low, jnp.asarray(0.5), low)["w"].dtype == jnp.float32
    assert _tree.scaled(0.5, low)["w"].dtype == jnp.float32


def test_random_directions_differ_between_leaves():
    draw = _tree.random_like(jax.random.key(0), {"a": jnp.ones(400), "b": jnp.ones(400)})
    assert abs(np.corrcoef(draw["a"], draw["b"])[0, 1]) < 0.3
    assert 0.8 < np.std(draw["a"]) < 1.2
