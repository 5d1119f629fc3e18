"""Compiled functions of a model's ``apply``, to which frozen weights are given rather than written in as constants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax

from .coordinates import RestrictedDecoder


@dataclass(frozen=True)
class Still:
    """What a ``RestrictedDecoder`` is apart from its frozen weights: equal for equal models, so compiled once."""

    fields: tuple[Any, ...]

    def joined(self, frozen: Any) -> RestrictedDecoder:
        """The decoder again."""
        config, scan, rematerialise, coordinates = self.fields
        return RestrictedDecoder(config, scan, rematerialise, frozen=frozen, coordinates=coordinates)


@dataclass(frozen=True)
class Compiled:
    """``jax.jit`` of ``function(apply, ...)``, compiled once for every ``apply`` and shape.

    A plain ``jax.jit`` of a function that closes over a model in coordinates (``st.lm.lora``, ``st.lm.subset``) would
    write all of its frozen weights into the program.

    Attributes:
        function: its first argument is an ``apply``, hashable.
        static: places of further arguments that are not arrays, counted from the ``apply`` at 0.
    """

    function: Callable[..., Any]
    static: tuple[int, ...] = ()
    program: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the program, which takes the frozen weights as its second argument."""

        def run(still: Any, frozen: Any, *given: Any) -> Any:
            return self.function(still.joined(frozen) if isinstance(still, Still) else still, *given)

        static = (0, *(place + 1 for place in self.static))
        object.__setattr__(self, "program", jax.jit(run, static_argnums=static))

    def __call__(self, apply: Any, *given: Any) -> Any:
        """``function(apply, *given)``."""
        return self.program(*_separated(apply), *given)

    def lower(self, apply: Any, *given: Any) -> Any:
        """As that of ``jax.jit``: the program before it is compiled."""
        return self.program.lower(*_separated(apply), *given)


def _separated(apply: Any) -> tuple[Any, Any]:
    """(what is static, what is given) of an ``apply``."""
    if isinstance(apply, RestrictedDecoder):
        return Still((apply.config, apply.scan, apply.rematerialise, apply.coordinates)), apply.frozen
    return apply, None
