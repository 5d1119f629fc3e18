"""The products of matrices of a program, found by tracing it, and a program of nothing else."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Dimensions = tuple[tuple[tuple[int, ...], tuple[int, ...]], tuple[tuple[int, ...], tuple[int, ...]]]


@dataclass(frozen=True)
class Product:
    """One product of matrices, or a batch of them.

    Attributes:
        left: the shape of one factor.
        right: that of the other.
        dimensions: which axes are summed over and which are the batch's, as ``jax.lax.dot_general`` takes them.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    dimensions: Dimensions

    @property
    def operations(self) -> float:
        """Multiplications and additions."""
        (_, summed), (_, batch) = self.dimensions
        columns = [size for axis, size in enumerate(self.right) if axis not in (*summed, *batch)]
        return 2.0 * math.prod(self.left) * math.prod(columns)


def products_of(function: Callable[..., Any], *given: Any) -> list[Product]:
    """Every product of matrices that a call of ``function`` takes, at its shapes."""
    return list(_products(jax.make_jaxpr(function)(*given).jaxpr))


def _products(jaxpr: Any) -> Iterator[Product]:
    for equation in jaxpr.eqns:
        if equation.primitive.name == "dot_general":
            left, right = (tuple(factor.aval.shape) for factor in equation.invars)
            yield Product(left, right, equation.params["dimension_numbers"])
        for inner in equation.params.values():
            if hasattr(inner, "eqns") or hasattr(inner, "jaxpr"):
                yield from _products(getattr(inner, "jaxpr", inner))


def alone(products: Sequence[Product], repeats: int) -> Callable[[], jax.Array]:
    """A compiled program that takes these products again and again, and nothing else.

    It is one scan, as training is, so that memory is used again. Barriers keep the compiler from computing a product
    once for all rounds, or the one number of it that is read.
    """
    rng = np.random.default_rng(0)
    factors = [
        tuple(jnp.asarray(rng.standard_normal(shape), jnp.float32) for shape in (product.left, product.right))
        for product in products
    ]

    def once(total: jax.Array, _: None) -> tuple[jax.Array, None]:
        given, total = jax.lax.optimization_barrier((factors, total))
        results = [
            jax.lax.dot_general(left, right, product.dimensions)
            for product, (left, right) in zip(products, given, strict=True)
        ]
        results = jax.lax.optimization_barrier(results)
        return total + sum(result.ravel()[0] for result in results), None

    run = jax.jit(lambda total: jax.lax.scan(once, total, None, length=repeats)[0])
    return partial(run, jnp.float32(0))
