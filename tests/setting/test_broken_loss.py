"""Each of the controls breaks the premise that it is kept for, and is named for it."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.setting import broken_loss
from subtheory.setting.premises import broken

OUTPUTS = np.random.default_rng(0).normal(size=(7, 4))
BROKEN = {loss.name: (loss, first) for loss, first in broken_loss.BREAKING}


@pytest.mark.parametrize("dtype", [jnp.float64, jnp.float32])
@pytest.mark.parametrize("name", BROKEN)
def test_broken_and_named(name, dtype):
    loss, first = BROKEN[name]
    found = broken(st.check_premises(loss, jnp.asarray(OUTPUTS, dtype)))
    assert found[0].name == first
    assert "at input" in found[0].words
    assert str(found[0]).startswith(f"{first} broken: ")
