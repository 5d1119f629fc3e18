"""T7 in parts: every input's and every token's share, against single gradients."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

import subtheory as st
from subtheory.setting.sequence import all_strings, tiny_sequence_model
from subtheory.theory.attribution import attribution
from tests import oracles
from tests.instances import compiled, random_tree
from tests.tolerances import exact


def test_shares_equal_single_gradients():
    def numbers(setting):
        v = setting.update_direction()
        targets = setting.channel_outputs(jax.tree.map(lambda p, d: p + 0.3 * d, setting.teacher_init, v))
        return attribution(setting, 0.3), oracles.shares(setting, targets)

    for design in (0, 1):
        exact(*compiled(numbers)(design, 4))
    exact(*compiled(numbers, shared=False)(0, 4))


def test_shares_of_tokens():
    """[B, T, n] outputs: one share per token, whose mean is φ; against an explicit derivative of each token's loss."""
    model = tiny_sequence_model(3, 3, 4)
    template = jax.eval_shape(model.init, jax.eval_shape(lambda: jax.random.key(0)))
    params, v = (random_tree(np.random.default_rng(i), template) for i in range(2))
    strings = jnp.asarray(all_strings(3, 3)[::5])
    setting = st.Setting(apply=model.apply, teacher_init=params, student_init=params, teacher_update=v, inputs=strings)
    theta, unravel = jax.flatten_util.ravel_pytree(params)
    y = model.apply(jax.tree.map(lambda p, d: p + 0.2 * d, params, v), strings)

    def token_losses(t):
        return setting.imitation_loss.value(model.apply(unravel(t), strings), y)

    expected = -jax.jit(jax.jacrev(token_losses))(theta) @ oracles.flat(v)
    shares = jax.jit(lambda: attribution(setting, 0.2))()
    assert shares.shape == (6, 3)
    exact(shares, expected)
