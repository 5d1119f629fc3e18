"""``jax.jit`` for functions that are given functions: arrays go into the program as arguments, all else is built in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np


@dataclass(frozen=True)
class Fixed:
    """Arguments apart from their arrays: equal for equal structure and equal rest, so that a program serves them all.

    Attributes:
        structure: of the arguments as one tree.
        leaves: of that tree; None stands where an array was.
    """

    structure: Any
    leaves: tuple[Any, ...]

    def joined(self, arrays: list[Any]) -> Any:
        """The arguments again."""
        left = iter(arrays)
        return jax.tree.unflatten(self.structure, [next(left) if leaf is None else leaf for leaf in self.leaves])


@dataclass(frozen=True)
class Compiled:
    """A function as a program, compiled once for all arguments of equal structure, shapes, functions and plain values.

    Arguments may be of any kind: every array in them, however deep in registered trees, is given to the program, and
    whatever else they hold (functions, names, Python numbers) is part of it and must be hashable. A plain ``jax.jit``
    of a function that closes over a model in coordinates (``st.lm.lora``, ``st.lm.subset``) would write all of its
    frozen weights into the program; an ``apply`` that is given to a ``Compiled`` hands them over.

    Attributes:
        function: what is compiled; it takes positional arguments.
    """

    function: Callable[..., Any]
    program: Any = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Make the program."""

        def run(fixed: Fixed, arrays: list[Any]) -> Any:
            return self.function(*fixed.joined(arrays))

        object.__setattr__(self, "program", jax.jit(run, static_argnums=0))

    def __call__(self, *given: Any) -> Any:
        """``function(*given)``."""
        return self.program(*_separated(given))

    def lower(self, *given: Any) -> Any:
        """As that of ``jax.jit``: the program before it is compiled."""
        return self.program.lower(*_separated(given))


def _separated(given: tuple[Any, ...]) -> tuple[Fixed, list[Any]]:
    leaves, structure = jax.tree.flatten(given)
    arrays = [leaf for leaf in leaves if _is_array(leaf)]
    return Fixed(structure, tuple(None if _is_array(leaf) else leaf for leaf in leaves)), arrays


def _is_array(leaf: Any) -> bool:
    return isinstance(leaf, jax.Array | np.ndarray | np.generic)
