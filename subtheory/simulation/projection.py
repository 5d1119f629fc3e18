"""A defence that knows the trait: its gradient's direction is taken out of what the student is moved by."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from .._tree import inner, move
from .._typing import Params


def without(direction: Params, vector: Params) -> Params:
    """u − (u·t/‖t‖²) t: the part of u that is orthogonal to t; u itself where t is zero."""
    squared = inner(direction, direction)
    share = inner(vector, direction) / jnp.where(squared > 0, squared, jnp.ones_like(squared))
    return move(vector, -share, direction)


def project_out(direction: Callable[[Params], Params]) -> optax.GradientTransformation:
    """A link of an optimiser's chain that takes ``direction(params)`` out of what passes through it.

    Before an adaptive optimiser the *gradient* is orthogonal to the trait's, but the step need not be, for the
    optimiser's map is not linear; after it the *step* is, so that the trait loss is unchanged to first order.

    Args:
        direction: θ ↦ t, such as the gradient of the trait loss.

    >>> import optax
    >>> chain = optax.chain(optax.sgd(1.0), project_out(lambda params: jnp.array([0.0, 2.0])))
    >>> params = jnp.zeros(2)
    >>> chain.update(jnp.array([3.0, 4.0]), chain.init(params), params)[0].tolist()
    [-3.0, 0.0]
    """

    def update(updates, state, params=None):
        if params is None:
            raise ValueError("got no parameters; expected them, as optax's update takes them after the state.")
        return without(direction(jax.lax.stop_gradient(params)), updates), state

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)
