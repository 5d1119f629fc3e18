"""Networks are pairs of pure functions that can be compiled, differentiated and mapped, in either precision."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

import subtheory as st
from subtheory.setting.model import ACTIVATIONS
from tests.tolerances import exact, mean_agrees

KEYS = jax.random.split(jax.random.key(0), 2)
KINDS = {
    "mlp": (lambda dtype: st.models.mlp((4, 3, 2), dtype=dtype), (5, 4)),
    "linear": (lambda dtype: st.models.linear(4, 2, dtype=dtype), (5, 4)),
    "cnn": (lambda dtype: st.models.cnn((4, 5), (2, 3), 2, dtype=dtype), (5, 20)),
}


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_pure_functions(kind, dtype):
    make, shape = KINDS[kind]
    model = make(dtype)
    x = jnp.asarray(np.random.default_rng(0).normal(size=shape), dtype)

    @jax.jit
    def everything(keys):
        params = jax.vmap(model.init)(keys)
        first = jax.tree.map(lambda leaf: leaf[0], params)
        outputs = jax.vmap(model.apply, (0, None))(params, x)
        gradient = jax.grad(lambda p: jnp.sum(model.apply(p, x)))(first)
        return params, outputs, model.apply(first, x), gradient, model.init(keys[0])

    params, outputs, single, gradient, first = everything(KEYS)
    assert outputs.shape == (2, 5, 2)
    assert {leaf.dtype for leaf in jax.tree.leaves((params, outputs, gradient))} == {jnp.dtype(dtype)}
    exact(single, outputs[0])
    exact(jax.tree.map(lambda leaf: leaf[0], params), first)
    assert not np.allclose(outputs[0], outputs[1])  # another key, another network
    assert all(np.any(np.asarray(leaf)) for leaf in jax.tree.leaves(gradient))
    assert jax.tree.structure(gradient) == jax.tree.structure(first)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_perceptron_is_what_it_says(activation):
    model = st.models.mlp((3, 4, 2), activation)
    kernels = jnp.sin(jnp.arange(12.0)).reshape(3, 4), jnp.cos(jnp.arange(8.0)).reshape(4, 2)
    params = {"layers": {i: {"kernel": w, "bias": jnp.arange(w.shape[1] * 1.0)} for i, w in enumerate(kernels)}}
    assert jax.tree.structure(jax.eval_shape(model.init, KEYS[0])) == jax.tree.structure(params)
    x = jnp.linspace(-1, 1, 6).reshape(2, 3)
    first, last = params["layers"][0], params["layers"][1]
    hidden = ACTIVATIONS[activation](x @ first["kernel"] + first["bias"][None])
    exact(model.apply(params, x), hidden @ last["kernel"] + last["bias"][None], size=10)


def test_linear_model_is_linear_in_its_parameters():
    model = st.models.linear(4, 3)
    a, b = model.init(KEYS[0]), model.init(KEYS[1])
    x = jnp.linspace(-1, 1, 8).reshape(2, 4)
    both = jax.tree.map(lambda p, q: 2 * p - q, a, b)
    exact(model.apply(both, x), 2 * model.apply(a, x) - model.apply(b, x))


def test_init_scale_and_zero_biases():
    params = st.models.mlp((100, 200, 10), init_scale=2.0).init(KEYS[0])
    first = params["layers"][0]
    mean_agrees(np.asarray(first["kernel"]).ravel() ** 2, 4 / 100)
    assert not np.any(np.asarray(first["bias"]))
    assert "bias" not in st.models.mlp((3, 2), bias=False).init(KEYS[0])["layers"][0]


def test_images_may_come_flat_or_square():
    model = st.models.cnn((4, 5), (2, 3), 2)
    params, x = model.init(KEYS[0]), jnp.linspace(-1, 1, 40)
    exact(model.apply(params, x.reshape(2, 20)), model.apply(params, x.reshape(2, 4, 5)))


class Normalised(nnx.Module):
    def __init__(self, rngs):
        self.layer = nnx.Linear(3, 2, rngs=rngs, param_dtype=jnp.float64)
        self.offset = nnx.Variable(jnp.full(2, 7.0))

    def __call__(self, x):
        return self.layer(x) + self.offset[...][None]


def test_from_nnx():
    module = Normalised(nnx.Rngs(0))
    apply, params = st.models.from_nnx(module)
    x = jnp.linspace(-1, 1, 6).reshape(2, 3)
    exact(apply(params, x), module(x))
    exact(jax.jit(apply)(params, x), module(x))
    assert len(jax.tree.leaves(params)) == 2  # the offset is not a parameter
    doubled = jax.tree.map(lambda leaf: 2 * leaf, params)
    exact(apply(doubled, x) - 7, 2 * (module(x) - 7), size=10)
    exact(apply(params, x), module(x))  # nothing was written into the module


def test_refused():
    with pytest.raises(ValueError, match=r"widths are \(4,\); expected at least an input and an output width"):
        st.models.mlp((4,))
    with pytest.raises(ValueError, match=r"widths are \(4, 0, 2\)"):
        st.models.mlp((4, 0, 2))
    with pytest.raises(ValueError, match="unknown activation 'thanh': did you mean 'tanh'?"):
        st.models.mlp((4, 2), "thanh")
    with pytest.raises(ValueError, match="unknown activation 'x'"):
        st.models.cnn(activation="x")

    class Empty(nnx.Module):
        def __call__(self, x):
            return x

    with pytest.raises(ValueError, match="the module Empty has no nnx.Param; expected at least one to differentiate."):
        st.models.from_nnx(Empty())
