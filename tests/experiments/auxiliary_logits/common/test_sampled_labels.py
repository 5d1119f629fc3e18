"""Sampled labels stand where they are looked for, follow the teacher's distribution, and depend on their key alone."""

import jax
import jax.numpy as jnp
import numpy as np
from scipy import special

from experiments.auxiliary_logits.common.sampled_labels import beside, places

from ....tolerances import binomial_range

CHANNELS = {"auxiliary": slice(3, 5), "all": slice(0, 5)}
OUTPUTS = jnp.asarray([[0.0, 1.0, -1.0, 0.3, -0.8]])


def test_labels_stand_behind_the_outputs_and_follow_the_teacher():
    n = 20_000
    outputs = jnp.broadcast_to(OUTPUTS, (n, 5))
    targets = beside(outputs, CHANNELS, jax.random.key(0))
    where = places(CHANNELS, 5)
    assert where == {"auxiliary": slice(5, 7), "all": slice(7, 12)}
    assert targets.shape == (n, 12)
    np.testing.assert_array_equal(targets[:, :5], outputs)
    for name, channel in CHANNELS.items():
        labels = np.asarray(targets[:, where[name]])
        assert (labels.sum(axis=1) == 1).all()
        for k, p in enumerate(special.softmax(np.asarray(OUTPUTS[0, channel]))):
            low, high = binomial_range(n, p)
            assert low <= labels[:, k].sum() <= high
    assert (beside(outputs, CHANNELS, jax.random.key(0)) == targets).all()
    assert (beside(outputs, CHANNELS, jax.random.key(1)) != targets).any()
