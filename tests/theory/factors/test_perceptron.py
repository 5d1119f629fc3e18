"""A perceptron's direction in factors against the matrices that it never forms (T16)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._tree import inner
from subtheory.theory.factors.parts import Factors, factored_inner, formed
from subtheory.theory.factors.perceptron import output_change_along, perceptron_direction
from subtheory.theory.factors.truncation import truncated
from tests.instances import random_tree
from tests.tolerances import exact

EXAMPLES = 3


def _case(widths, activation, bias=True):
    """(model, activation, parameters, the trait's inputs, other inputs, L of the outputs)."""
    model = st.models.mlp(widths, activation, bias=bias)
    generator = np.random.default_rng(len(widths))
    params = random_tree(generator, jax.eval_shape(model.init, jax.eval_shape(lambda: jax.random.key(0))))
    ours, others, targets = (jnp.asarray(generator.normal(size=size)) for size in
                             ((EXAMPLES, widths[0]), (5, widths[0]), (EXAMPLES, widths[-1])))  # fmt: skip
    return model, st.models.ACTIVATIONS[activation], params, ours, others, lambda y: jnp.mean(jnp.cos(y) * targets)


CASES = {
    "tanh": _case((6, 5, 7, 4), "tanh"),
    "gelu without biases": _case((6, 4, 5), "gelu", bias=False),
    "linear": _case((5, 6), "identity"),
}


@pytest.fixture(scope="module", params=CASES)
def found(request):
    """By factors and by dense automatic differentiation, in one program."""
    model, activation, params, ours, others, loss = CASES[request.param]

    def both(params):
        v = perceptron_direction(params, activation, ours, loss)
        gradient = jax.grad(lambda theta: loss(model.apply(theta, ours)))(params)
        dense = jax.tree.map(jnp.negative, gradient)
        change = output_change_along(params, activation, others, v)
        short = truncated(v, 2)
        return {
            "v": v,
            "formed": formed(v),
            "dense": dense,
            "change": change,
            "dense change": jax.jvp(lambda theta: model.apply(theta, others), (params,), (dense,)),
            "short": short,
            "change along short": output_change_along(params, activation, others, short)[1],
            "dense change along short": jax.jvp(lambda t: model.apply(t, others), (params,), (formed(short),))[1],
            "inner": (factored_inner(v, short), factored_inner(short, short), factored_inner(v, v)),
            "dense inner": (inner(dense, formed(short)), inner(formed(short), formed(short)), inner(dense, dense)),
        }

    return jax.tree.map(np.asarray, jax.jit(both)(params))


def _maps(v):
    return [layer["kernel"] for layer in v["layers"].values()]


def test_the_gradient_of_every_map_and_bias(found):
    exact(found["formed"], found["dense"], size=10)
    assert jax.tree.structure(found["formed"]) == jax.tree.structure(found["dense"])
    assert all(part.A.shape[1] == EXAMPLES == part.B.shape[0] for part in _maps(found["v"]))


@pytest.mark.parametrize("of", ["change", "change along short"])
def test_the_change_of_outputs_without_the_matrices(found, of):
    exact(found[of], found[f"dense {of}"], size=10)


def test_few_ranks_are_the_best_ones_and_a_projection(found):
    for cut, W in zip(_maps(found["short"]), _maps(found["dense"]), strict=True):
        U, values, V = np.linalg.svd(W, full_matrices=False)
        exact(cut.A @ cut.B, U[:, :2] * values[:2] @ V[:2], size=100)
        exact(cut.A.T @ cut.A, np.eye(2), size=10)
    product, own, _ = found["inner"]
    exact(product, own, size=10)


def test_inner_products_of_factors(found):
    exact(found["inner"], found["dense inner"], size=10)


def test_a_rank_of_all_examples_and_more_leaves_the_direction_as_it_is(found):
    again = jax.jit(lambda v: formed(truncated(v, EXAMPLES + 7)))(found["v"])
    exact(again, found["dense"], size=100)


def test_what_is_refused():
    part = Factors(jnp.ones((3, 1)), jnp.ones((1, 2)))
    with pytest.raises(ValueError, match="the rank is 0; expected at least 1"):
        truncated({"layers": {0: {"kernel": part}}}, 0)
    for other in ({"weights": jnp.ones(2)}, {"layers": {}}, {"layers": {0: {"scale": jnp.ones(2)}}}, jnp.ones(2)):
        with pytest.raises(ValueError, match="expected a perceptron's, as st.models.mlp makes them"):
            output_change_along(other, jnp.tanh, jnp.ones((1, 3)), other)
