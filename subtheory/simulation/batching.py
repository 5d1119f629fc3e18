"""Epochs of minibatches, laid out contiguously: permuted once, then read in order, the last partial batch included."""

from __future__ import annotations

from typing import Any

import jax
from jaxtyping import Array, PyTree

from .._typing import Key
from ..setting.setting import Setting

Examples = PyTree[Array]
"""Arrays ``[N, ...]`` that share their first axis: inputs with labels, or inputs with the teacher's outputs."""


def count_of(examples: Examples) -> int:
    """N, the number of examples.

    Raises:
        ValueError: if there are no arrays, no examples, or arrays of different lengths.
    """
    lengths = {leaf.shape[0] if leaf.ndim else 0 for leaf in jax.tree.leaves(examples)}
    if len(lengths) != 1 or not min(lengths):
        raise ValueError(f"the examples have lengths {sorted(lengths)}; expected arrays of one length, at least 1.")
    return lengths.pop()


def epoch_batches(key: Key, examples: Examples, batch: int) -> tuple[Examples, Examples | None]:
    """One epoch in a random order, every example once.

    The order is drawn and applied once, so that each step reads the next rows instead of gathering its own: on two
    CPU cores that is the difference between 7.1 and 9.2 ms for a step of the paper's MNIST student.

    Args:
        key: of the order.
        examples: arrays ``[N, ...]``.
        batch: B, how many examples a full minibatch holds.

    Returns:
        the N // B full minibatches as arrays ``[N // B, B, ...]``, and the N mod B examples left over as arrays
        ``[N mod B, ...]``, or None if nothing is left over. The published protocol takes a step on these too.

    Raises:
        ValueError: if the examples disagree in length.

    >>> full, last = epoch_batches(jax.random.key(0), jax.numpy.arange(7), 3)
    >>> full.shape, last.shape
    ((2, 3), (1,))
    """
    count = count_of(examples)
    order = jax.random.permutation(key, count)
    steps = count // batch

    def take(places: jax.Array) -> Any:
        return jax.tree.map(lambda leaf: leaf.at[places].get(mode="promise_in_bounds", unique_indices=True), examples)

    full = take(order[: steps * batch].reshape(steps, batch))
    return full, take(order[steps * batch :]) if count % batch else None


def some_inputs(setting: Setting, places: jax.Array) -> Any:
    """The inputs at some places of a setting's N: rows of every array, or what ``apply.some(inputs, places)`` says.

    An ``apply`` whose inputs are no such arrays (a language model's places in sequences) has a method ``some``; it is
    found through the adapters of ``Setting`` as well.

    Raises:
        ValueError: arrays of different lengths, and no such method.
    """
    apply: Any = setting.apply
    while apply is not None:
        if hasattr(apply, "some"):
            return apply.some(setting.inputs, places)
        apply = getattr(apply, "apply", getattr(apply, "function", None))
    count_of(setting.inputs)
    return jax.tree.map(lambda leaf: leaf[places], setting.inputs)
