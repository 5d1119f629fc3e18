"""A model that moves in fewer coordinates than it has parameters; all else is frozen (theory.md, T13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import jax
from jaxtyping import Array, Float

from ..._typing import Params
from ..decoder.decoder import Decoder, Tokens
from ..model import LanguageModel
from .paths import layer_path, leaves_by_path, selected, with_leaves


class Coordinates(Protocol):
    """How parameters are made of those that are frozen and those that move."""

    def insert(self, frozen: Params, moving: Params) -> Params:
        """What the decoder reads."""
        ...

    def merge(self, frozen: Params, moving: Params) -> Params:
        """Plain parameters, of the frozen ones' structure."""
        ...


@dataclass(frozen=True, eq=False, kw_only=True)
class RestrictedDecoder(Decoder):
    """A decoder whose ``params`` are coordinates: what moves; equal only to itself, as it holds what is frozen.

    Attributes:
        frozen: the parameters from which the coordinates are counted.
        coordinates: how the two make the decoder's parameters.
    """

    frozen: Params = field(repr=False)
    coordinates: Coordinates

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __call__(self, params: Params, tokens: Tokens) -> Float[Array, "B T V"]:
        """As ``Decoder``, of coordinates."""
        return self.plain(self._inserted(params), tokens)

    def hidden(self, params: Params, tokens: Tokens) -> Float[Array, "B T D"]:
        """As ``Decoder.hidden``, of coordinates."""
        return self.plain.hidden(self._inserted(params), tokens)

    def head(self, params: Params, hidden: Float[Array, "*batch D"]) -> Float[Array, "*batch V"]:
        """As ``Decoder.head``, of coordinates."""
        return self.plain.head(self._inserted(params), hidden)

    def empty_cache(self, params: Params, batch: int, size: int) -> Any:
        """As ``Decoder.empty_cache``, of coordinates."""
        return self.plain.empty_cache(self._inserted(params), batch, size)

    def extend(self, params: Params, tokens: jax.Array, positions: jax.Array, cache: Any) -> tuple[jax.Array, Any]:
        """As ``Decoder.extend``, of coordinates."""
        return self.plain.extend(self._inserted(params), tokens, positions, cache)

    @property
    def plain(self) -> Decoder:
        """The decoder of whole parameters."""
        return Decoder(self.config, self.scan, self.rematerialise)

    def _inserted(self, params: Params) -> Params:
        return self.coordinates.insert(self.frozen, params)


# A tree whose arrays are what is frozen, so that a compiled function of such an apply is given them (``Compiled``).
jax.tree_util.register_dataclass(
    RestrictedDecoder, data_fields=["frozen"], meta_fields=["config", "scan", "rematerialise", "coordinates"]
)


@dataclass(frozen=True)
class _Subset:
    """Some parameters as they are: ``{path: array}``."""

    paths: tuple[tuple[str, int | None], ...]

    def insert(self, frozen: Params, moving: Params) -> Params:
        leaves, changes = leaves_by_path(frozen), {}
        for name, layer in self.paths:
            value = moving[layer_path(name, layer)]
            changes[name] = value if layer is None else changes.get(name, leaves[name]).at[layer].set(value)
        return with_leaves(frozen, changes)

    merge = insert


def subset(lm: LanguageModel, patterns: str | Sequence[str]) -> LanguageModel:
    """The same model, of whose parameters only some move; the others are frozen (T13).

    ``lm.params`` is then ``{path: array}``, and ``lm.apply`` a function of it: settings, audits and training see
    nothing else. ``st.lm.merged`` gives the whole model back.

    Args:
        lm: a model of whole parameters.
        patterns: paths such as ``layers/mlp``, ``layers/0``, ``*/bias``; a star stands for any characters.

    Raises:
        ValueError: a pattern that means no parameter, or a model in coordinates already.

    >>> import jax
    >>> from subtheory import lm
    >>> model = lm.initialise(lm.DecoderConfig(vocabulary=10, width=8, layers=2, heads=2), jax.random.key(0))
    >>> sorted(subset(model, ["layers/1/attention/query", "head"]).params)
    ['head/kernel', 'layers/1/attention/query/kernel']
    """
    leaves = leaves_by_path(whole(lm).params)
    paths = selected(leaves, patterns)
    moving = {layer_path(name, i): leaves[name] if i is None else leaves[name][i] for name, i in paths}
    return in_coordinates(lm, _Subset(tuple(paths)), moving)


def merged(lm: LanguageModel) -> LanguageModel:
    """The model with whole parameters again, what moved put in; any other model as it is."""
    if not isinstance(lm.apply, RestrictedDecoder):
        return lm
    params = lm.apply.coordinates.merge(lm.apply.frozen, lm.params)
    return replace(lm, apply=lm.apply.plain, params=params)


def in_coordinates(lm: LanguageModel, coordinates: Coordinates, moving: Params) -> LanguageModel:
    """A model of whole parameters in coordinates that begin at ``moving``."""
    decoder = lm.apply
    restricted = RestrictedDecoder(
        decoder.config, decoder.scan, decoder.rematerialise, frozen=lm.params, coordinates=coordinates
    )
    return replace(lm, apply=restricted, params=moving)


def whole(lm: LanguageModel) -> LanguageModel:
    """The model itself, which must be of whole parameters.

    Raises:
        ValueError: a model in coordinates already.
    """
    if isinstance(lm.apply, RestrictedDecoder):
        raise ValueError("this model moves in coordinates already; expected a whole one: pass st.lm.merged(lm).")
    return lm
