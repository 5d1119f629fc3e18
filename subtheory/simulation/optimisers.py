"""Optimisers by name, for command lines, recipes and records: the one table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import jax
import jax.numpy as jnp
import optax


def power_descent(learning_rate: float, s: float) -> optax.GradientTransformation:
    """Steps −α |g|^(−2s) g, entry by entry: gradient descent at s = 0, sign descent at s = ½, a step of T8 between.

    Args:
        learning_rate: α.
        s: half the power of |g| in the preconditioner's diagonal, from 0 to ½.

    Raises:
        ValueError: if s is outside.
    """
    if not 0 <= s <= 0.5:
        raise ValueError(f"got the power s = {s}; expected one from 0 (gradient descent) to 0.5 (sign descent).")

    def update(updates, state, params=None):
        return jax.tree.map(lambda g: -learning_rate * jnp.sign(g) * jnp.abs(g) ** (1 - 2 * s), updates), state

    return optax.GradientTransformation(lambda params: optax.EmptyState(), update)


POWERS: Mapping[str, float] = MappingProxyType({"power 1/8": 1 / 8, "power 1/4": 1 / 4, "power 3/8": 3 / 8})
"""Optimisers between gradient and sign descent, by name, and their s."""
OPTIMISERS: Mapping[str, Callable[..., optax.GradientTransformation]] = MappingProxyType(
    {
        "adam": optax.adam,
        "sgd": optax.sgd,
        "momentum": partial(optax.sgd, momentum=0.9),
        "sign": optax.sign_sgd,
        **{name: partial(power_descent, s=s) for name, s in POWERS.items()},
    }
)
"""Name → a function from a learning rate to an optax optimiser; ``sign`` follows the sign of every entry."""
