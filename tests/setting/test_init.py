"""Initialisations: what is shared is shared bit for bit, a permuted network is the same function."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting import init
from tests.instances import random_tree
from tests.tolerances import exact, values_of

MODEL = st.models.mlp((4, 5, 3, 2))
TEMPLATE = jax.eval_shape(MODEL.init, jax.eval_shape(lambda: jax.random.key(0)))
A, B = (random_tree(np.random.default_rng(i), TEMPLATE) for i in range(2))


def differs(a, b):
    pairs = zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True)
    return [bool(np.any(np.asarray(x) != np.asarray(y))) for x, y in pairs]


def test_shared_and_independent():
    keys = jax.random.key(3)
    (one, same), (teacher, student) = jax.jit(lambda k: (init.shared(MODEL, k), init.independent(MODEL, k)))(keys)
    assert not any(differs(one, same))
    kernels = [name for name, leaf in enumerate(jax.tree.leaves(one)) if leaf.ndim == 2]
    for a, b in ((teacher, student), (one, teacher), (one, student)):
        assert all(np.array(differs(a, b))[kernels])


def test_interpolated():
    assert not any(differs(init.interpolated(A, B, 0.0), A))
    assert not any(differs(init.interpolated(A, B, 1.0), B))
    exact(init.interpolated(A, B, 0.25), jax.tree.map(lambda a, b: 0.75 * a + 0.25 * b, A, B))
    mapped = jax.vmap(lambda t: init.interpolated(A, B, t))(jnp.array([0.0, 1.0]))
    exact(jax.tree.map(lambda leaf: leaf[1], mapped), B)
    with pytest.raises(ValueError, match="expected the same structure"):
        init.interpolated(A, {"layers": {}}, 0.5)


def test_partly_shared():
    mixed = init.partly_shared(A, B, ["layers/0", "layers/2/bias"])
    from_a = [not d for d in differs(mixed, A)]
    from_b = [not d for d in differs(mixed, B)]
    # leaves in order: bias and kernel of layers 0, 1, 2
    assert from_a == [True, True, False, False, True, False]
    assert from_b == [not a for a in from_a]
    assert not any(differs(init.partly_shared(A, B, []), B))
    with pytest.raises(ValueError, match="no parameter that could be meant matches 'layers/7': did you mean 'layers/"):
        init.partly_shared(A, B, ["layers/7"])


def test_with_outputs_takes_columns_of_the_head():
    head = init.with_outputs(A, B, [1])
    assert differs(head, A) == [False] * 4 + [True, True]
    for name in ("kernel", "bias"):
        got, a, b = (np.asarray(tree["layers"][2][name]) for tree in (head, A, B))
        np.testing.assert_array_equal(got[..., 1], b[..., 1])
        np.testing.assert_array_equal(got[..., 0], a[..., 0])
    assert not any(differs(init.with_outputs(A, B, ()), A))
    everything = init.with_outputs(init.partly_shared(A, B, ["layers/0", "layers/1"]), A, slice(None))
    assert not any(differs(everything, A)), "all layers shared is shared"
    with pytest.raises(ValueError, match="expected the same structure"):
        init.with_outputs(A, {"layers": {}}, [0])


def test_perturbed_by_layer_and_orthogonally_to_a_direction():
    key = jax.random.key(5)
    assert not any(differs(init.perturbed(A, 0.0, key), A))
    whole, first = init.perturbed(A, 0.3, key), init.perturbed(A, 0.3, key, ["layers/0"])
    assert differs(first, A) == [True, True, False, False, False, False]
    assert differs(first, whole) == [False, False, True, True, True, True]  # the same noise where there is any
    assert not any(differs(init.perturbed(A, 0.3, key, ["layers/0", "layers/1", "layers/2"]), whole))
    noise = values_of(whole) - values_of(A)
    orthogonal = values_of(init.perturbed(A, 0.3, key, orthogonal_to=B)) - values_of(A)
    g = values_of(B)
    lengths = np.linalg.norm(noise) * np.linalg.norm(g)
    assert abs(noise @ g) > 1e-3 * lengths, "the control: noise as it is drawn is not orthogonal"
    exact(orthogonal @ g, 0.0, size=g.size, scale=lengths)
    exact(orthogonal, noise - (noise @ g) / (g @ g) * g, size=g.size)
    with pytest.raises(ValueError, match="no parameter that could be meant matches 'layers/7'"):
        init.perturbed(A, 0.1, key, ["layers/7"])
    with pytest.raises(ValueError, match="expected the same structure"):
        init.perturbed(A, 0.1, key, orthogonal_to={"layers": {}})


def test_perturbed_along_goes_as_far_as_noise_does():
    moved = values_of(init.perturbed_along(A, 0.2, B)) - values_of(A)
    g = values_of(B)
    exact(moved, 0.2 * np.sqrt(g.size) * g / np.linalg.norm(g))
    assert not any(differs(init.perturbed_along(A, 0.0, B), A))


@pytest.mark.parametrize("bias", [True, False])
def test_permuted_is_the_same_function(bias):
    model = st.models.mlp((4, 5, 3, 2), bias=bias)
    params = (
        jax.tree.map(lambda leaf: leaf, A)
        if bias
        else {"layers": {i: {"kernel": layer["kernel"]} for i, layer in A["layers"].items()}}
    )
    order = init.hidden_permutations(params, jax.random.key(1))
    assert [len(p) for p in order] == [5, 3]
    moved = init.permuted(params, order)
    x = jnp.linspace(-1, 1, 12).reshape(3, 4)
    exact(model.apply(moved, x), model.apply(params, x))
    assert all(differs(moved, params)[:1])
    assert not any(differs(init.aligned(moved, order), params))
    for i, unit in enumerate(np.asarray(order[0])):
        assert (moved["layers"][0]["kernel"][:, i] == params["layers"][0]["kernel"][:, unit]).all()


def test_permutation_is_refused():
    with pytest.raises(ValueError, match="got 1 permutations; expected one for each of 2 hidden layers."):
        init.permuted(A, [jnp.arange(5)])
    with pytest.raises(ValueError, match="layer 0 has 5 hidden units"):
        init.permuted(A, [jnp.arange(4), jnp.arange(3)])
    with pytest.raises(ValueError, match="layer 1 has 3 hidden units"):
        init.permuted(A, [jnp.arange(5), jnp.array([0, 0, 1])])
    with pytest.raises(ValueError, match="got a tree without 'layers'; expected the parameters of st.models.mlp"):
        init.permuted({"w": jnp.ones(2)}, [])
