"""Epochs hold every example once, rows stay together, and what is left over is a batch of its own."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.simulation.batching import epoch_batches


@pytest.mark.parametrize(("count", "batch"), [(7, 3), (6, 3), (2, 5), (1, 1)])
def test_every_example_once_with_its_own_label(count, batch):
    examples = {"inputs": jnp.arange(2.0 * count).reshape(count, 2), "labels": jnp.arange(count)}
    full, last = epoch_batches(jax.random.key(0), examples, batch)
    assert full["inputs"].shape == (count // batch, batch, 2)
    assert (last is None) == (count % batch == 0)
    parts = [full["labels"].reshape(-1)] + ([] if last is None else [last["labels"]])
    rows = [full["inputs"].reshape(-1, 2)] + ([] if last is None else [last["inputs"]])
    labels = np.concatenate(parts)
    assert sorted(labels) == list(range(count))
    np.testing.assert_array_equal(np.concatenate(rows), np.asarray(examples["inputs"])[labels])


def test_orders_differ_between_keys():
    first, second = (epoch_batches(jax.random.key(i), jnp.arange(50), 50)[0] for i in range(2))
    assert (first != second).any()


@pytest.mark.parametrize("examples", [{}, (jnp.ones((3, 1)), jnp.ones(2)), jnp.ones((0, 2)), jnp.ones(())])
def test_examples_that_do_not_fit_together(examples):
    with pytest.raises(ValueError, match=r"expected arrays of one length, at least 1"):
        epoch_batches(jax.random.key(0), examples, 2)
