"""Patterns of paths: stars, folders, whole names; what means nothing is refused with the nearest."""

import jax
import jax.numpy as jnp
import pytest

from subtheory.setting.paths import marked, mask, means

TREE = {"layers": {i: {"bias": jnp.ones(1), "kernel": jnp.ones((1, 2))} for i in range(11)}, "Head": jnp.ones(3)}


@pytest.mark.parametrize(
    ("pattern", "path", "meant"),
    [
        ("layers/1", "layers/1/kernel", True),
        ("layers/1/", "layers/1/kernel", True),
        ("layers/1", "layers/10/kernel", False),
        ("layers/1/kernel", "layers/1/kernel", True),
        ("kernel", "layers/1/kernel", False),
        ("*kernel", "layers/1/kernel", True),
        ("layers/*/bias", "layers/3/bias", True),
        ("layers/[12]/bias", "layers/2/bias", True),
        ("head", "Head", False),
        ("*", "Head", True),
    ],
)
def test_a_pattern_means_whole_names(pattern, path, meant):
    assert means(pattern, path) is meant


def test_marks_and_masks_are_where_a_pattern_means_something():
    chosen = marked(TREE, ["layers/1", "*/10/bias"])
    assert chosen["layers"][1] == {"bias": True, "kernel": True}
    assert chosen["layers"][10] == {"bias": True, "kernel": False}
    assert sum(jax.tree.leaves(chosen)) == 3
    ones = mask(TREE, ["layers/1", "*/10/bias"])
    assert jax.tree.map(lambda leaf: bool(leaf.all()), ones) == chosen
    assert all(bool(jnp.all((leaf == 0) | (leaf == 1))) for leaf in jax.tree.leaves(ones))
    assert not any(jax.tree.leaves(marked(TREE, [])))


def test_what_means_nothing_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="that could be meant matches 'layer/1': did you mean 'layers/1'"):
        marked(TREE, ["Head", "layer/1"])
    with pytest.raises(ValueError, match="matches 'zzz': there are Head, layers/0/bias"):
        marked(TREE, ["zzz"])
