"""Parameters by path: which of them a pattern such as ``layers/*/query`` means, and trees with others put in."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import jax

from .._checks import leaf_name
from .._typing import Params

STACKED = "layers/"


def leaves_by_path(params: Params) -> dict[str, jax.Array]:
    """Every parameter under its path, such as ``layers/mlp/up/kernel``; those of the layers stacked."""
    return {leaf_name(path): leaf for path, leaf in jax.tree_util.tree_leaves_with_path(params)}


def selected(leaves: Mapping[str, jax.Array], patterns: str | Sequence[str]) -> list[tuple[str, int | None]]:
    """(path, layer) of every parameter that a pattern means; the layer is None where all are meant, or there are none.

    A star stands for any characters, slashes too, and a pattern that names a folder means everything in it. Layers are
    numbered from 0: ``layers/mlp`` is that of all, ``layers/2/mlp`` that of the third.

    Args:
        leaves: as ``leaves_by_path`` gives them, or some of them.
        patterns: one pattern, or several of which each adds to the selection.

    Raises:
        ValueError: no pattern, or one that means no parameter (the nearest paths are suggested).

    >>> import jax.numpy as jnp
    >>> selected({"head/kernel": jnp.ones((2, 2)), "layers/mlp/up/kernel": jnp.ones((3, 2, 2))}, ["*kernel"])
    [('head/kernel', None), ('layers/mlp/up/kernel', None)]
    >>> selected({"layers/mlp/up/kernel": jnp.ones((3, 2, 2))}, "layers/2")
    [('layers/mlp/up/kernel', 2)]
    """
    patterns = [patterns] if isinstance(patterns, str) else list(patterns)
    if not patterns:
        raise ValueError("got no pattern; expected at least one, such as 'layers/attention/*'.")
    found: list[tuple[str, int | None]] = []
    used = set()
    for name, leaf in leaves.items():
        whole = [pattern for pattern in patterns if _means(pattern, name)]
        used.update(whole)
        layers = range(leaf.shape[0]) if name.startswith(STACKED) else ()
        single = []
        for layer in layers:
            means = [pattern for pattern in patterns if _means(pattern, layer_path(name, layer))]
            used.update(means)
            single += [layer] if means else []
        if whole or (layers and len(single) == len(layers)):
            found.append((name, None))
        else:
            found += [(name, layer) for layer in single]
    for pattern in patterns:
        if pattern not in used:
            _refuse(pattern, leaves)
    return found


def layer_path(name: str, layer: int | None) -> str:
    """The path of one layer's part of a stacked parameter: ``layers/2/mlp/up/kernel``; the name itself for None."""
    return name if layer is None else f"{STACKED}{layer}/{name.removeprefix(STACKED)}"


def with_leaves(tree: Params, changes: Mapping[str, jax.Array | dict]) -> Params:
    """A copy of a tree of dictionaries with other leaves, or further ones, at some paths."""
    copy = dict(tree)
    for path, leaf in changes.items():
        first, _, rest = path.partition("/")
        copy[first] = with_leaves(copy[first], {rest: leaf}) if rest else leaf
    return copy


def _means(pattern: str, path: str) -> bool:
    pattern = pattern.rstrip("/")
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"{pattern}/*")


def _refuse(pattern: str, leaves: Mapping[str, jax.Array]) -> None:
    paths = set(leaves)
    for name in leaves:
        parts = name.split("/")
        paths |= {"/".join(parts[:count]) for count in range(1, len(parts))}
    nearest = difflib.get_close_matches(pattern.replace("*", "").strip("/"), sorted(paths), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(map(repr, nearest))}?" if nearest else f"there are {', '.join(leaves)}."
    raise ValueError(f"no parameter that could be meant matches {pattern!r}: {hint}")
