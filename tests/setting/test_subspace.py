"""Masks and low-rank adapters: coordinates in which fewer parameters move."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting.subspace import layer_mask, lora, restrict
from tests.instances import random_tree
from tests.tolerances import exact

MODEL = st.models.mlp((4, 3, 2))
PARAMS = random_tree(np.random.default_rng(0), jax.eval_shape(MODEL.init, jax.eval_shape(lambda: jax.random.key(0))))
X = jnp.linspace(-1, 1, 12).reshape(3, 4)


def test_mask_is_a_projector():
    mask = layer_mask(PARAMS, ["layers/1/kernel", "*/0/bias"])
    sums = jax.tree.map(lambda leaf: float(jnp.mean(leaf)), mask)["layers"]
    assert sums == {0: {"bias": 1.0, "kernel": 0.0}, 1: {"bias": 0.0, "kernel": 1.0}}
    once = restrict(PARAMS, mask)
    exact(restrict(once, mask), once)
    assert {leaf.dtype for leaf in jax.tree.leaves(mask)} == {jnp.dtype("float64")}
    with pytest.raises(ValueError, match="no parameter that could be meant matches 'head': there are layers/0/bias"):
        layer_mask(PARAMS, ["layers", "head"])


def test_a_pattern_means_whole_names():
    """``layers/1`` is not ``layers/10``, and case counts: what a regular expression would get wrong."""
    deep = {"layers": {i: {"kernel": jnp.ones(2)} for i in range(12)}, "Head": jnp.ones(1)}
    mask = layer_mask(deep, ["layers/1", "Head"])
    assert [float(leaf[0]) for leaf in jax.tree.leaves(mask)] == [1.0] + [float(i == 1) for i in range(12)]
    with pytest.raises(ValueError, match="matches 'head'"):
        layer_mask(deep, ["head"])


def test_lora():
    apply, adapters = lora(MODEL.apply, PARAMS, jax.random.key(0), rank=2)
    exact(apply(adapters, X), MODEL.apply(PARAMS, X))  # B = 0: the same function
    assert [part["A"].shape for part in adapters] == [(4, 2), (3, 2)]
    moved = [{"A": part["A"], "B": jnp.ones_like(part["B"])} for part in adapters]
    full = jax.tree.map(lambda leaf: leaf, PARAMS)
    for i, part in enumerate(moved):
        full["layers"][i]["kernel"] = full["layers"][i]["kernel"] + part["A"] @ part["B"]
    exact(jax.jit(apply)(moved, X), MODEL.apply(full, X))
    assert not np.allclose(apply(moved, X), MODEL.apply(PARAMS, X))


def test_lora_refused():
    with pytest.raises(ValueError, match="rank is 0 and the tree has 2 matrices; expected at least one of each."):
        lora(MODEL.apply, PARAMS, jax.random.key(0), rank=0)
    with pytest.raises(ValueError, match="the tree has 0 matrices"):
        lora(MODEL.apply, {"b": jnp.ones(3)}, jax.random.key(0))
