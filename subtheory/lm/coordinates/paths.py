"""Parameters by path: which of them a pattern such as ``layers/*/query`` means, and trees with others put in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import jax
import jax.numpy as jnp

from ..._checks import leaf_name
from ..._typing import Params
from ...setting.paths import means, nothing_meant

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
        own = _own_layer(name)
        whole = [pattern for pattern in patterns if means(pattern, name) or (own and means(pattern, own))]
        used.update(whole)
        layers = range(leaf.shape[0]) if name.startswith(STACKED) and not own else ()
        single = []
        for layer in layers:
            here = [pattern for pattern in patterns if means(pattern, layer_path(name, layer))]
            used.update(here)
            single += [layer] if here else []
        if whole or (layers and len(single) == len(layers)):
            found.append((name, None))
        else:
            found += [(name, layer) for layer in single]
    for pattern in patterns:
        if pattern not in used:
            raise nothing_meant(pattern, leaves)
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


def restricted(tree: Params, patterns: str | Sequence[str]) -> Params:
    """A tree of parameters, or a direction in their space, with zeros wherever no pattern means (Π of T13).

    Raises:
        ValueError: as ``selected``.
    """
    leaves = leaves_by_path(tree)
    kept: dict[str, jax.Array] = {name: jnp.zeros_like(leaf) for name, leaf in leaves.items()}
    for name, layer in selected(leaves, patterns):
        kept[name] = leaves[name] if layer is None else kept[name].at[layer].set(leaves[name][layer])
    return jax.tree_util.tree_map_with_path(lambda path, _: kept[leaf_name(path)], tree)


def _own_layer(name: str) -> str:
    """``layers/mlp/up`` for ``layers/2/mlp/up``, which stands by itself in ``st.lm.subset``; empty for other paths."""
    first, _, rest = name.removeprefix(STACKED).partition("/")
    return STACKED + rest if name.startswith(STACKED) and first.isdigit() else ""
