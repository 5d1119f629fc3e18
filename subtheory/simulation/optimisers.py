"""Optimisers by name, for command lines, recipes and records: the one table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

import optax

OPTIMISERS: Mapping[str, Callable[..., optax.GradientTransformation]] = MappingProxyType(
    {"adam": optax.adam, "sgd": optax.sgd, "momentum": partial(optax.sgd, momentum=0.9), "sign": optax.sign_sgd}
)
"""Name → a function from a learning rate to an optax optimiser; ``sign`` follows the sign of every entry."""
