"""The student's inputs D: noise of every colour, low-rank noise, images drawn or blurred, and mixtures."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
from jax.typing import DTypeLike
from jaxtyping import Array, Float

from .._checks import positive_finite
from .._typing import Key

Images = Float[Array, "count *shape"]
Given = Float[Array, "N *shape"]


def _shape(count: int, shape: int | Sequence[int]) -> tuple[int, ...]:
    sizes = (int(shape),) if isinstance(shape, (int, np.integer)) else tuple(int(size) for size in shape)
    if count < 1 or not sizes or min(sizes) < 1:
        raise ValueError(f"asked for {count} inputs of shape {sizes}; expected at least one, of non-empty axes.")
    return (int(count), *sizes)


def _float(dtype: DTypeLike | None) -> jnp.dtype:
    return jnp.zeros((), float).dtype if dtype is None else jnp.dtype(dtype)


def uniform(
    key: Key,
    count: int,
    shape: int | Sequence[int],
    low: float = -1.0,
    high: float = 1.0,
    *,
    dtype: DTypeLike | None = None,
) -> Images:
    """Independent uniform noise in [low, high], the paper's in [-1, 1].

    Raises:
        ValueError: unless low is below high.
    """
    if not low < high:
        raise ValueError(f"low is {low} and high is {high}; expected low below high.")
    return jax.random.uniform(key, _shape(count, shape), _float(dtype), low, high)


def gaussian(
    key: Key, count: int, shape: int | Sequence[int], scale: float = 1.0, *, dtype: DTypeLike | None = None
) -> Images:
    """Independent Gaussian noise of standard deviation ``scale``."""
    dtype = _float(dtype)
    return jnp.asarray(scale, dtype) * jax.random.normal(key, _shape(count, shape), dtype)


def coloured(
    key: Key, count: int, shape: int | Sequence[int], exponent: float = 2.0, *, dtype: DTypeLike | None = None
) -> Images:
    """Gaussian noise whose power falls as frequency^(−exponent): 0 white, 1 pink, 2 like natural images; unit variance.

    The spectrum is over all axes of ``shape`` (periodic boundaries); the mean of every input is zero.

    Raises:
        ValueError: a shape with fewer than two values, where there is no frequency.
    """
    full, dtype = _shape(count, shape), _float(dtype)
    sizes = full[1:]
    if np.prod(sizes) < 2:
        raise ValueError(f"coloured noise of shape {sizes} has no frequency; expected at least two values.")
    grids = np.meshgrid(*[np.fft.fftfreq(size) for size in sizes], indexing="ij")
    frequency = np.sqrt(sum(grid**2 for grid in grids))
    amplitude = np.zeros(sizes)
    amplitude[frequency > 0] = frequency[frequency > 0] ** (-exponent / 2)
    amplitude *= np.sqrt(np.prod(sizes) / np.sum(amplitude**2))
    axes = tuple(range(1, len(full)))
    white = jax.random.normal(key, full, dtype)
    spectrum = jnp.fft.fftn(white, axes=axes)
    spectrum = spectrum * jnp.asarray(amplitude, spectrum.dtype)[None]
    return jnp.real(jnp.fft.ifftn(spectrum, axes=axes)).astype(dtype)


def low_rank(
    key: Key, count: int, shape: int | Sequence[int], rank: int = 4, *, dtype: DTypeLike | None = None
) -> Images:
    """Gaussian noise confined to a random subspace of dimension ``rank``; mean variance per value is one.

    Raises:
        ValueError: a rank below 1 or above the number of values of one input.
    """
    full, dtype = _shape(count, shape), _float(dtype)
    values = int(np.prod(full[1:]))
    if not 1 <= rank <= values:
        raise ValueError(f"rank is {rank}; expected between 1 and the {values} values of one input.")
    basis_key, weight_key = jax.random.fold_in(key, 0), jax.random.fold_in(key, 1)
    basis, _ = jnp.linalg.qr(jax.random.normal(basis_key, (values, rank), dtype))
    weights = jax.random.normal(weight_key, (full[0], rank), dtype)
    return (weights @ basis.T * jnp.asarray(np.sqrt(values / rank), dtype)).reshape(full)


def drawn(key: Key, count: int, images: Given) -> Images:
    """``count`` of the given images in a random order: each once before any comes twice, and so on."""
    n = images.shape[0]
    rounds = [jax.random.permutation(jax.random.fold_in(key, i), n) for i in range(-(-count // n))]
    return images[jnp.concatenate(rounds)[:count]]


def blurred(images: Float[Array, "N pixels"], shape: tuple[int, int], width: float) -> Float[Array, "N pixels"]:
    """The images convolved with a Gaussian, whose weights are normalised at the borders: a constant image stays.

    Args:
        images: flattened.
        shape: height and width of an image in pixels.
        width: the Gaussian's standard deviation in pixels.

    Raises:
        ValueError: unless the width is positive.
    """
    positive_finite("width", width)

    def kernel(size):
        places = np.arange(size)
        weights = np.exp(-0.5 * ((places[:, None] - places) / width) ** 2)
        return jnp.asarray(weights / weights.sum(axis=1, keepdims=True), images.dtype)

    pictures = images.reshape(-1, *shape)
    smooth = jnp.einsum("ab,nbc,dc->nad", kernel(shape[0]), pictures, kernel(shape[1]))
    return smooth.reshape(images.shape)


def mixture(key: Key, components: Sequence[Array], weights: Sequence[float] | None = None) -> Images:
    """Draw every input from one of several sets of inputs, position by position.

    Args:
        key: chooses the component of each position.
        components: arrays of one shape ``[N, ...]`` and dtype.
        weights: probabilities of the components; equal if absent.

    Raises:
        ValueError: no component, different shapes, weights that are no probabilities.
    """
    if not components:
        raise ValueError("got no components; expected at least one array of inputs.")
    shapes = {(part.shape, str(part.dtype)) for part in components}
    if len(shapes) > 1:
        raise ValueError(f"the components have shapes and dtypes {sorted(map(str, shapes))}; expected one for all.")
    chances = np.full(len(components), 1 / len(components)) if weights is None else np.asarray(weights, float)
    if chances.shape != (len(components),) or (chances < 0).any() or not np.isclose(chances.sum(), 1):
        raise ValueError(f"weights are {chances.tolist()}; expected {len(components)} probabilities that sum to one.")
    count = components[0].shape[0]
    chosen = jax.random.choice(key, len(components), (count,), p=jnp.asarray(chances))
    stacked = jnp.stack([jnp.asarray(part) for part in components])
    return stacked[chosen, jnp.arange(count)]
