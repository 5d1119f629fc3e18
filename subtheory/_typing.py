"""Names for the types that appear in every public signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import numpy as np
from jaxtyping import Array, Float

Params: TypeAlias = Any
"""A pytree whose leaves are floating-point arrays: the parameters θ, or a direction in their space."""

Apply: TypeAlias = Callable[[Params, jax.Array], jax.Array]
"""``apply(params, inputs[N, ...]) -> outputs[N, ..., n]``: the network z_θ(x)."""

TraitLoss: TypeAlias = Callable[[Params], Float[Array, ""]]
"""``trait_loss(params) -> scalar``: L_T(θ), anything differentiable in θ."""

Rate: TypeAlias = float | Float[Array, ""]
"""A learning rate, ε or α: a number, or a scalar that JAX may trace, so that a sweep over it is compiled once."""

Key: TypeAlias = jax.Array
"""A JAX random key."""

Channel: TypeAlias = slice | Sequence[int] | np.ndarray | jax.Array
"""The outputs that the student imitates: a slice or an index array over the last axis of the outputs."""
