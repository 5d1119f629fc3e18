"""Parameters by the pattern of their path, such as ``layers/0`` or ``layers/*/bias``: one rule for the whole package.

A star stands for any characters, slashes too, and a pattern that names a folder means everything in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase

import jax
import jax.numpy as jnp

from .._checks import leaf_name
from .._typing import Params


def means(pattern: str, path: str) -> bool:
    """Whether a pattern means the parameter at a path.

    >>> means("layers/1", "layers/1/kernel"), means("layers/1", "layers/10/kernel"), means("*/bias", "layers/1/bias")
    (True, False, True)
    """
    pattern = pattern.rstrip("/")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")


def marked(params: Params, patterns: Sequence[str]) -> Params:
    """True at the leaves that one of the patterns means, False at the others, in the tree of the parameters.

    Raises:
        ValueError: a pattern that means no leaf (the nearest paths are suggested).
    """
    names = [leaf_name(path) for path, _ in jax.tree_util.tree_leaves_with_path(params)]
    for pattern in patterns:
        if not any(means(pattern, name) for name in names):
            raise nothing_meant(pattern, names)
    return jax.tree_util.tree_map_with_path(
        lambda path, _: any(means(pattern, leaf_name(path)) for pattern in patterns), params
    )


def mask(params: Params, patterns: Sequence[str]) -> Params:
    """Ones on the leaves that one of the patterns means, zeros on the others.

    Raises:
        ValueError: as ``marked``.
    """
    return jax.tree.map(lambda leaf, mark: jnp.full_like(leaf, float(mark)), params, marked(params, patterns))


def nothing_meant(pattern: str, names: Iterable[str]) -> ValueError:
    """The refusal of a pattern that means none of some paths."""
    names = list(names)
    paths = set(names)
    for name in names:
        parts = name.split("/")
        paths |= {"/".join(parts[:count]) for count in range(1, len(parts))}
    nearest = difflib.get_close_matches(pattern.replace("*", "").strip("/"), sorted(paths), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, nearest))}?" if nearest else f"there are {', '.join(names)}."
    return ValueError(f"no parameter that could be meant matches {pattern!r}: {hint}")
