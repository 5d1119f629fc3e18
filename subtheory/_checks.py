"""Named validators: each raises ``ValueError`` with one sentence (what was got, what was expected, what to do).

Values that are being traced by JAX cannot be looked at; checks of *values* let them pass, checks of *shapes* do not.
"""

from __future__ import annotations

import math
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ._typing import Params


def is_traced(tree: object) -> bool:
    """Whether any leaf is a JAX tracer, whose value cannot be looked at."""
    return any(isinstance(leaf, Tracer) for leaf in jax.tree.leaves(tree))


def positive_finite(name: str, value: Any) -> None:
    """Raise unless ``value`` is one finite number above zero."""
    if isinstance(value, Tracer):
        return
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; expected one positive finite number.") from None
    if not (math.isfinite(number) and number > 0):
        raise ValueError(f"{name} is {number}; expected a positive finite number, for example 1e-3.")


def leaf_name(path: tuple) -> str:
    """A parameter's place in its tree, in words: ``layers/0/kernel``."""
    return jax.tree_util.keystr(path, simple=True, separator="/") or "(the only leaf)"


def floating_tree(name: str, tree: Params) -> None:
    """Raise unless every leaf of ``tree`` is a floating-point array and there is at least one."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    if not leaves:
        raise ValueError(f"{name} has no leaves; expected a pytree of floating-point arrays.")
    for path, leaf in leaves:
        if not (hasattr(leaf, "dtype") and hasattr(leaf, "shape")):
            raise ValueError(
                f"{name} holds a {type(leaf).__name__} at {leaf_name(path)}; expected arrays: wrap it in jnp.asarray, "
                "or freeze what is not a parameter (trainable=...)."
            )
        if not jnp.issubdtype(leaf.dtype, jnp.floating):
            raise ValueError(
                f"{name} holds {leaf.dtype} values at {leaf_name(path)}; expected floating-point parameters, because "
                "only these have gradients: convert them, or freeze them (trainable=...)."
            )


def finite_tree(name: str, tree: Params) -> None:
    """Raise if any leaf of ``tree`` holds NaN or infinity."""
    for path, leaf in jax.tree_util.tree_leaves_with_path(tree):
        if not is_traced(leaf) and not np.isfinite(np.asarray(leaf)).all():
            raise ValueError(f"{name} holds NaN or infinity at {leaf_name(path)}; expected finite values.")


def same_structure(name: str, tree: Params, other_name: str, other: Params) -> None:
    """Raise unless the two trees have the same structure, and leaf by leaf the same shape and dtype."""
    got, expected = jax.tree.structure(tree), jax.tree.structure(other)
    if got != expected:
        raise ValueError(
            f"{name} has the tree structure {got}, {other_name} has {expected}; expected the same structure: "
            "build both with the same model."
        )
    paths = jax.tree_util.tree_leaves_with_path(tree)
    for (path, leaf), reference in zip(paths, jax.tree.leaves(other), strict=True):
        if jnp.shape(leaf) != jnp.shape(reference) or leaf.dtype != reference.dtype:
            raise ValueError(
                f"{name} has {leaf.dtype}{list(jnp.shape(leaf))} at {leaf_name(path)}, {other_name} has "
                f"{reference.dtype}{list(jnp.shape(reference))}; expected the same shape and dtype."
            )


def finite_array(name: str, array: jax.Array | np.ndarray) -> None:
    """Raise if ``array`` holds NaN or infinity; name the first place."""
    if is_traced(array) or not jnp.issubdtype(array.dtype, jnp.inexact):
        return
    finite = np.isfinite(np.asarray(array))
    if not finite.all():
        place = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name} hold NaN or infinity, first at index {place}; expected finite values.")


def scalar_value(name: str, out: Any) -> None:
    """Raise unless ``out``, the abstract value of a function, is one floating-point scalar."""
    shape = getattr(out, "shape", None)
    if shape != ():
        got = f"an array of shape {shape}" if shape is not None else f"a {type(out).__name__}"
        raise ValueError(f"{name} returned {got}; expected a scalar: take its mean or its sum.")
    if not jnp.issubdtype(out.dtype, jnp.floating):
        raise ValueError(f"{name} returned {out.dtype}; expected a floating-point scalar.")
