"""G and A are applied, never formed: against dense matrices, on every kind of network and loss."""

from __future__ import annotations

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from subtheory.theory.gauss_newton import gauss_newton_operator, gauss_newton_product, output_change
from subtheory.theory.lemma import alignment_slope, predicted_cosine
from tests import oracles
from tests.instances import build, compiled, designs, draws, random_tree, tanh_setting
from tests.tolerances import exact

SEEDS = some.integers(0, 10_000)


def _shared_numbers(setting):
    v = setting.update_direction()
    package = oracles.flat(gauss_newton_product(setting, v)), alignment_slope(setting), predicted_cosine(setting)
    return package, (oracles.gauss_newton(setting), oracles.flat(v))


_shared = compiled(_shared_numbers, v="any")


@settings(max_examples=25)
@given(some.sampled_from(range(len(designs()))), SEEDS)
def test_matrix_free_equals_dense(design, seed):
    (Gv, A, cosine), (G, v) = _shared(design, seed)
    exact(G, G.T)
    scale = float(np.linalg.norm(G, 2) * np.linalg.norm(v))
    exact(Gv, G @ v, scale=scale)
    exact(A, v @ G @ v, scale=scale * float(np.linalg.norm(v)))
    exact(cosine, v @ (G @ v) / (np.linalg.norm(G @ v) * np.linalg.norm(v)), size=10)
    assert A >= 0
    values = np.linalg.eigvalsh(np.asarray(G))
    assert values[0] >= -1e-14 * values[-1]


def test_operator_is_linear_symmetric_and_maps():
    setting = tanh_setting(1)
    product = jax.jit(gauss_newton_operator(setting))
    generator = np.random.default_rng(0)
    a, b = (random_tree(generator, setting.teacher_init, 1.0) for _ in range(2))
    both = jax.tree.map(lambda x, y: 2 * x - 3 * y, a, b)
    exact(product(both), jax.tree.map(lambda x, y: 2 * x - 3 * y, product(a), product(b)), size=10)
    exact(oracles.flat(b) @ oracles.flat(product(a)), oracles.flat(a) @ oracles.flat(product(b)), size=10)
    stacked = jax.tree.map(lambda x, y: jnp.stack([x, y]), a, b)
    exact(jax.tree.map(lambda leaf: leaf[1], jax.vmap(product)(stacked)), product(b))


def test_sequence_outputs_count_every_token():
    """[B, T, n] outputs: the mean is over B·T, so G is that of the flattened inputs."""

    def numbers(setting):
        def folded(params, inputs):
            return setting.apply(params, inputs.reshape(6, -1)).reshape(2, 3, -1)

        sequence = replace(setting, apply=folded, inputs=setting.inputs.reshape(2, 3, -1))
        v = setting.update_direction()
        return gauss_newton_product(sequence, v), gauss_newton_product(setting, v), output_change(sequence, v)[1]

    folded, plain, Jv = compiled(numbers)(0, 2)
    exact(folded, plain)
    assert Jv.shape == (2, 3, 3)


def test_float32_stays_float32():
    def numbers(drawn):
        low = jax.tree.map(lambda leaf: leaf.astype(jnp.float32), drawn)
        setting = build(designs()[0], low)
        v = setting.update_direction()
        return gauss_newton_product(setting, v), oracles.gauss_newton(setting) @ oracles.flat(v)

    Gv, dense = jax.jit(numbers)(draws(designs()[0], 3))
    assert {leaf.dtype for leaf in jax.tree.leaves(Gv)} == {jnp.dtype("float32")}
    exact(Gv, dense)
