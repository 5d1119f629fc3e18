"""What a program over devices takes of their memory, told before it is run."""

from __future__ import annotations

import logging

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.simulation.devices import Memory, over_devices, replicated, seed_mesh

LENGTH = 1000


def program(together):
    """Sorts numbers of every seed's own, among shared ones; several arrays are needed at once."""
    return over_devices(
        lambda key, shared: jnp.sort(jnp.sort(jax.random.normal(key, (LENGTH,)))[::-1] * shared), seed_mesh(), together
    )


def keys(count):
    return jax.vmap(jax.random.key)(jnp.arange(count))


def test_every_further_seed_needs_as_much_and_shared_arrays_are_counted_once():
    shared = np.ones(LENGTH)
    told = {number: program(number).memory(keys(number), shared) for number in (2, 4, 8)}
    for number, one in told.items():
        assert isinstance(one, Memory)
        assert one.own >= number * LENGTH * shared.itemsize, "its results, at the least"
        assert shared.nbytes <= one.shared < 2 * shared.nbytes
        assert one.total == one.shared + one.own
    assert told[8].own - told[4].own == pytest.approx(2 * (told[4].own - told[2].own), rel=0.02)
    assert told[8].own <= 1.02 * told[2].own * 4


def test_what_was_weighed_is_compiled_once(caplog):
    run, shared = program(2), np.ones(LENGTH)
    given = keys(2), *replicated((shared,), seed_mesh())
    with jax.log_compiles(), caplog.at_level(logging.WARNING):
        told = run.memory(keys(2), shared)
        results = run(*given)
    assert told is not None
    assert results.shape == (2, LENGTH)
    assert sum("XLA compilation of jit(program)" in line for line in caplog.messages) == 1
