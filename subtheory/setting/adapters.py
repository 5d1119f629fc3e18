"""Networks as people write them, made into ``apply(params, inputs) -> one array``: each adapter wraps a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._checks import leaf_name
from .._typing import Apply, Params, TraitLoss
from .plain_words import InWordsError


@dataclass(frozen=True)
class Selected:
    """One of several outputs: the entry ``key`` of a tuple or dictionary, or what a function ``key`` takes from it."""

    apply: Apply
    key: Any

    def __call__(self, params: Params, inputs: Any) -> jax.Array:
        """The chosen array.

        Raises:
            ValueError: nothing of that name or number among the outputs.
        """
        outputs: Any = self.apply(params, inputs)
        choose: Any = self.key
        if callable(choose):
            chosen: Any = choose(outputs)
            return chosen
        try:
            return outputs[self.key]
        except (KeyError, IndexError, TypeError):
            names = list(outputs) if isinstance(outputs, dict) else f"{type(outputs).__name__} of {len(outputs)}"
            raise InWordsError(f"outputs={self.key!r} is not among the outputs of apply, {names}; name one.") from None


@dataclass(frozen=True)
class Chunked:
    """The same outputs, computed ``rows`` inputs at a time, so that memory does not grow with their number.

    Forward and backward passes go chunk by chunk; what lies between inputs and outputs is computed again on the way
    back instead of being kept, which makes a gradient a third dearer.
    """

    apply: Apply
    rows: int

    def __call__(self, params: Params, inputs: Any) -> jax.Array:
        """Outputs ``[N, ..., n]`` of inputs ``[N, ...]``."""
        count = jax.tree.leaves(inputs)[0].shape[0]
        if count <= self.rows:
            return self.apply(params, inputs)
        whole, one = count // self.rows * self.rows, jax.checkpoint(self.apply)
        chunks = jax.tree.map(lambda leaf: leaf[:whole].reshape(-1, self.rows, *leaf.shape[1:]), inputs)
        outputs = jax.lax.map(lambda chunk: one(params, chunk), chunks)
        outputs = outputs.reshape(whole, *outputs.shape[2:])
        if whole == count:
            return outputs
        return jnp.concatenate([outputs, one(params, jax.tree.map(lambda leaf: leaf[whole:], inputs))])


@jax.tree_util.register_pytree_node_class
@dataclass(frozen=True, eq=False)
class Frozen:
    """A function of all parameters as one of the trainable ones, the others held at their values.

    Attributes:
        function: of the whole tree, and whatever comes after it.
        fixed: the whole tree with None where parameters are trainable.
    """

    function: Callable[..., Any]
    fixed: Params

    def __call__(self, trainable: Params, *given: Any) -> Any:
        """``function(all parameters, *given)``."""
        return self.function(joined(trainable, self.fixed), *given)

    def tree_flatten(self) -> tuple[tuple[Params], Callable[..., Any]]:
        """The frozen values are handed to programs, not built into them."""
        return (self.fixed,), self.function

    @classmethod
    def tree_unflatten(cls, function: Callable[..., Any], children: tuple[Params]) -> Frozen:
        """The inverse of ``tree_flatten``."""
        return cls(function, *children)


@dataclass(frozen=True)
class FirstOf:
    """A trait loss that returns its value with something beside it, as for ``jax.value_and_grad(has_aux=True)``."""

    trait_loss: Callable[[Params], Any]

    def __call__(self, params: Params) -> jax.Array:
        """The value alone."""
        return self.trait_loss(params)[0]


def joined(trainable: Params, fixed: Params) -> Params:
    """One tree of two that are None where the other has a leaf."""
    return jax.tree.map(lambda a, b: b if a is None else a, trainable, fixed, is_leaf=lambda leaf: leaf is None)


def divided(params: Params, trainable: Any) -> tuple[Params, Params]:
    """(trainable, fixed): two trees of the structure of ``params``, each None where the other has a leaf.

    Args:
        params: the whole tree.
        trainable: a function of a parameter's place (``layers/0/kernel``) and value, or a tree of Booleans, of the
            same structure or coarser; True where a parameter may move.

    Raises:
        ValueError: a tree that does not fit, or nothing left to train.
    """
    if callable(trainable):
        chosen = jax.tree_util.tree_map_with_path(lambda path, leaf: bool(trainable(leaf_name(path), leaf)), params)
    else:
        try:
            chosen = jax.tree.map(lambda keep, part: jax.tree.map(lambda _: bool(keep), part), trainable, params)
        except (ValueError, TypeError):
            got = jax.tree.structure(trainable)
            raise ValueError(
                f"trainable has the tree structure {got}, which is none of the parameters; expected a Boolean "
                "for every parameter or part of the tree, or a function of a parameter's place and value."
            ) from None
    moving = jax.tree.map(lambda leaf, keep: leaf if keep else None, params, chosen)
    fixed = jax.tree.map(lambda leaf, keep: None if keep else leaf, params, chosen)
    if not jax.tree.leaves(moving):
        raise ValueError("trainable freezes every parameter; expected at least one that may move.")
    return moving, fixed


def frozen(
    apply: Apply, trait_loss: TraitLoss | None, teacher: Params, student: Params, trainable: Any
) -> tuple[Apply, TraitLoss | None, Params, Params]:
    """Apply, trait loss and both starts in the trainable parameters alone.

    Raises:
        ValueError: as ``divided``; or frozen parameters in which teacher and student differ, since they could never
            come together.
    """
    (moving, fixed), (moving_student, fixed_student) = (divided(params, trainable) for params in (teacher, student))
    same = jax.tree.structure(fixed) == jax.tree.structure(fixed_student)
    pairs = zip(jax.tree.leaves(fixed), jax.tree.leaves(fixed_student), strict=False)
    if not same or not all(a is b or np.array_equal(np.asarray(a), np.asarray(b)) for a, b in pairs):
        raise ValueError(
            "teacher_init and student_init differ in frozen parameters; expected the same values there: "
            "let them be trainable, or give both the same."
        )
    loss = None if trait_loss is None else Frozen(trait_loss, fixed)
    return Frozen(apply, fixed), loss, moving, moving_student
