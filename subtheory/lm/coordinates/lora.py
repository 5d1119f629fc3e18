"""Low-rank adapters (LoRA) as coordinates of a language model, on any of its linear maps (theory.md, T13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ..._checks import positive_finite
from ..._typing import Key, Params
from ..decoder.config import accumulation_dtype
from ..model import LanguageModel
from .coordinates import in_coordinates, whole
from .paths import layer_path, leaves_by_path, selected, with_leaves

ADAPTER = "_adapter"
"""What is put behind a matrix's name for that of its adapter, which ``layer.linear`` and the embedding look for."""


@dataclass(frozen=True)
class _LowRank:
    """Adapters ``{path: {"A": [in, rank], "B": [rank, out]}}``, times alpha / rank."""

    paths: tuple[tuple[str, int | None], ...]
    scale: float

    def insert(self, frozen: Params, moving: Params) -> Params:
        """The adapters beside their matrices: x W + (x A)(s B), which needs no matrix of W's size."""
        return with_leaves(frozen, {name + ADAPTER: pair for name, pair in self._stacked(frozen, moving).items()})

    def merge(self, frozen: Params, moving: Params) -> Params:
        """W + s A B, in the dtype of W."""
        leaves, changes = leaves_by_path(frozen), {}
        for name, pair in self._stacked(frozen, moving).items():
            W = leaves[name]
            changes[name] = (W.astype(pair["A"].dtype) + pair["A"] @ pair["B"]).astype(W.dtype)
        return with_leaves(frozen, changes)

    def _stacked(self, frozen: Params, moving: Params) -> dict[str, dict[str, jax.Array]]:
        """(A, s B) of every adapted matrix, stacked over all layers, with zeros where a layer has none."""
        leaves, pairs = leaves_by_path(frozen), {}
        for name, layer in self.paths:
            A, B = (moving[layer_path(name, layer)][letter] for letter in "AB")
            B = jnp.asarray(self.scale, B.dtype) * B
            if layer is not None:
                layers = leaves[name].shape[0]
                blank = {k: jnp.zeros((layers, *x.shape), x.dtype) for k, x in (("A", A), ("B", B))}
                before = pairs.get(name, blank)
                A, B = before["A"].at[layer].set(A), before["B"].at[layer].set(B)
            pairs[name] = {"A": A, "B": B}
        return pairs


def lora(
    lm: LanguageModel, patterns: str | Sequence[str], rank: int = 8, alpha: float | None = None, *, key: Key
) -> LanguageModel:
    """The model in the coordinates of low-rank adapters, W = W₀ + (alpha / rank) A B, with A Gaussian and B = 0.

    All of W₀ is frozen. At B = 0 the model is the one it was and the gradient of A is exactly zero (T13). ``lm.params``
    is then ``{path: {"A": [in, rank], "B": [rank, out]}}`` (stacked over the layers), in float32 or better, and
    ``lm.apply`` a function of it: settings, audits and training see nothing else. ``st.lm.merged`` gives the whole
    model back, ``st.lm.save`` writes that.

    Kernels are ``[in, out]`` in every family: those that a checkpoint holds transposed or fused, such as GPT-2's
    ``c_attn``, are turned and taken apart when they are loaded, and put together when they are saved.

    Args:
        lm: a model of whole parameters.
        patterns: paths of linear maps, such as ``layers/attention/query``, ``layers/3/mlp``, ``head``; a star stands
            for any characters. A tied head is ``embedding/tokens``, ``[V, D]``.
        rank: of the adapters.
        alpha: of their scale alpha / rank; equal to the rank if absent.
        key: draws A, from N(0, 1/in); a matrix's draw does not depend on which others are adapted.

    Raises:
        ValueError: a pattern that means no linear map (the nearest paths are suggested), a rank below 1 or above that
            of a matrix, an alpha that is not positive, or a model in coordinates already.

    >>> from subtheory import lm
    >>> model = lm.initialise(lm.DecoderConfig(vocabulary=10, width=8, layers=2, heads=2), jax.random.key(0))
    >>> adapted = lora(model, "layers/attention/query", rank=3, key=jax.random.key(1))
    >>> {name: leaf.shape for name, leaf in leaves_by_path(adapted.params).items()}
    {'layers/attention/query/kernel/A': (2, 8, 3), 'layers/attention/query/kernel/B': (2, 3, 8)}

    Reference: Hu et al. 2022 (arXiv 2106.09685).
    """
    if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
        raise ValueError(f"rank is {rank!r}; expected a whole number, at least 1.")
    positive_finite("alpha", alpha := rank if alpha is None else alpha)
    leaves = leaves_by_path(whole(lm).params)
    places = {name: place for place, name in enumerate(leaves)}
    paths = selected({name: leaf for name, leaf in leaves.items() if _is_map(name)}, patterns)
    moving = {}
    for name, layer in paths:
        *layers, n, m = leaves[name].shape
        path, dtype = layer_path(name, layer), accumulation_dtype(leaves[name].dtype)
        if rank > min(n, m):
            raise ValueError(f"rank is {rank} for {path}, a map from {n} to {m}; expected at most {min(n, m)}.")
        own = jax.random.fold_in(key, places[name])
        if layers and layer is None:
            A = jnp.stack([_draw(jax.random.fold_in(own, i), n, rank, dtype) for i in range(*layers)])
        else:
            A = _draw(jax.random.fold_in(own, layer or 0), n, rank, dtype)
        moving[path] = {"A": A, "B": jnp.zeros((*A.shape[:-2], rank, m), dtype)}
    return in_coordinates(lm, _LowRank(tuple(paths), float(alpha) / rank), moving)


def _is_map(name: str) -> bool:
    return name.endswith("/kernel") or name == "embedding/tokens"


def _draw(key: Key, n: int, rank: int, dtype: Any) -> jax.Array:
    """Rows of A from N(0, 1/n)."""
    return jax.random.normal(key, (n, rank), dtype) / jnp.sqrt(jnp.asarray(n, dtype))
