"""An inner product of two directions, part by part: layer by layer and by group of parameters."""

from __future__ import annotations

from dataclasses import dataclass

import jax
import numpy as np

from ..._checks import leaf_name
from ..._typing import Params


@dataclass(frozen=True)
class Share:
    """One part of an inner product.

    Attributes:
        layer: the layer's number; None outside the layers.
        group: ``attention``, ``mlp``, ``norms`` within a layer; ``embedding``, ``head``, ``final_norm`` outside.
        value: the part; all parts add up to the whole.
    """

    layer: int | None
    group: str
    value: float


def inner_shares(a: Params, b: Params) -> list[Share]:
    """a·b by layer and group, of a model's parameter tree (leaves below ``layers`` are stacked, ``[layers, ...]``).

    >>> import jax.numpy as jnp
    >>> tree = {"layers": {"mlp": {"up": jnp.array([[1.0], [2.0]])}}, "head": jnp.array([3.0])}
    >>> [(share.layer, share.group, share.value) for share in inner_shares(tree, tree)]
    [(0, 'mlp', 1.0), (1, 'mlp', 4.0), (None, 'head', 9.0)]
    """
    parts: dict[tuple[int | None, str], float] = {}
    for (path, left), right in zip(jax.tree_util.tree_leaves_with_path(a), jax.tree.leaves(b), strict=True):
        names = leaf_name(path).split("/")
        product = np.asarray(left, np.float64) * np.asarray(right, np.float64)
        if names[0] == "layers" and names[1].isdigit():  # one layer's own, of a model in fewer coordinates
            part = int(names[1]), "norms" if "norm" in names[2] else names[2]
            parts[part] = parts.get(part, 0.0) + float(product.sum())
        elif names[0] == "layers":
            group = "norms" if "norm" in names[1] else names[1]
            for layer, values in enumerate(product):
                parts[layer, group] = parts.get((layer, group), 0.0) + float(values.sum())
        else:
            parts[None, names[0]] = parts.get((None, names[0]), 0.0) + float(product.sum())
    order = sorted(parts, key=lambda part: (part[0] is None, part[0] or 0, part[1]))
    return [Share(layer, group, parts[layer, group]) for layer, group in order]
