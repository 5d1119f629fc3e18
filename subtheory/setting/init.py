"""Initialisations of teacher and student: shared, independent, interpolated, partly shared, perturbed, permuted.

Results T1, T4 and T13.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Array

from .._checks import is_traced, same_structure
from .._tree import inner, move, random_like
from .._typing import Key, Params, Rate
from .model import Model
from .paths import marked


def shared(model: Model, key: Key) -> tuple[Params, Params]:
    """One initialisation for teacher and student: the premise of Lemma 1."""
    params = model.init(key)
    return params, params


def independent(model: Model, key: Key) -> tuple[Params, Params]:
    """Two initialisations from keys derived from ``key``: the control of T4."""
    return model.init(jax.random.fold_in(key, 0)), model.init(jax.random.fold_in(key, 1))


def interpolated(shared_init: Params, independent_init: Params, t: Rate) -> Params:
    """(1 − t)·shared + t·independent, leaf by leaf; t = 0 is the shared initialisation.

    Raises:
        ValueError: if the trees differ.
    """
    same_structure("the shared init", shared_init, "the independent init", independent_init)

    def mix(a, b):
        weight = jnp.asarray(t, a.dtype)
        return (1 - weight) * a + weight * b

    return jax.tree.map(mix, shared_init, independent_init)


def partly_shared(shared_init: Params, independent_init: Params, shared_layers: Sequence[str]) -> Params:
    """Take leaves that one of ``shared_layers`` means from the shared init, the others from the independent.

    Args:
        shared_init: the reference model's parameters.
        independent_init: another initialisation of the same structure.
        shared_layers: patterns of paths such as ``layers/0/kernel``; ``layers/0`` means the whole layer.

    Raises:
        ValueError: if the trees differ, or a pattern means no leaf.
    """
    same_structure("the shared init", shared_init, "the independent init", independent_init)
    chosen = marked(shared_init, shared_layers)
    return jax.tree.map(lambda mark, a, b: a if mark else b, chosen, shared_init, independent_init)


def with_outputs(params: Params, source: Params, outputs: Sequence[int] | slice) -> Params:
    """The parameters, with some outputs of the last layer (columns of its kernel, entries of its bias) from elsewhere.

    Args:
        params: parameters of an ``mlp``.
        source: the same structure.
        outputs: which output units.

    Raises:
        ValueError: if the trees differ, or are not an ``mlp``'s.
    """
    same_structure("the parameters", params, "the source", source)
    layers, theirs = _layers(params), _layers(source)
    last = max(layers)
    places = np.arange(layers[last]["kernel"].shape[1])[
        outputs if isinstance(outputs, slice) else np.array(outputs, int)
    ]
    head = {name: leaf.at[..., places].set(theirs[last][name][..., places]) for name, leaf in layers[last].items()}
    return {**params, "layers": {**layers, last: head}}


def perturbed(
    params: Params, scale: Rate, key: Key, layers: Sequence[str] = (), *, orthogonal_to: Params | None = None
) -> Params:
    """θ + s·ξ with ξ standard Gaussian, in the whole network or some layers; s = 0 is θ exactly.

    Args:
        params: θ.
        scale: s, the standard deviation of the noise on every parameter, in units of the parameters.
        key: of ξ; a parameter's noise is the same whichever layers are named.
        layers: patterns as in ``partly_shared``; all layers if none is named.
        orthogonal_to: a direction g; ξ loses its component along g, so that ξ·g = 0 to rounding.

    Raises:
        ValueError: if a pattern means no leaf, or the trees differ.
    """
    noise = random_like(key, params)
    if layers:
        noise = partly_shared(noise, optax.tree.zeros_like(noise), layers)
    if orthogonal_to is not None:
        same_structure("the parameters", params, "the direction", orthogonal_to)
        noise = move(noise, -inner(noise, orthogonal_to) / inner(orthogonal_to, orthogonal_to), orthogonal_to)
    return move(params, scale, noise)


def perturbed_along(params: Params, scale: Rate, direction: Params) -> Params:
    """θ + s·√d·g/‖g‖ for d parameters: as far as Gaussian noise of standard deviation s goes, but along g.

    Raises:
        ValueError: if the trees differ.
    """
    same_structure("the parameters", params, "the direction", direction)
    return move(params, scale * optax.tree.size(params) ** 0.5 / optax.tree.norm(direction), direction)


def hidden_permutations(params: Params, key: Key) -> list[jax.Array]:
    """A random permutation of the hidden units of every hidden layer of an ``mlp``."""
    layers = _layers(params)
    return [
        jax.random.permutation(jax.random.fold_in(key, i), layers[i]["kernel"].shape[1]) for i in range(len(layers) - 1)
    ]


def permuted(params: Params, permutations: Sequence[Array]) -> Params:
    """The same function with its hidden units in another order: unit j becomes old unit permutations[layer][j] (T13).

    Args:
        params: parameters of an ``mlp`` (``{"layers": {i: {"kernel": [n, m], "bias": [m]}}}``), or a direction there.
        permutations: one index array per hidden layer.

    Raises:
        ValueError: if the number of permutations is not that of hidden layers, one of them is none,
            or the tree is not an ``mlp``'s.
    """
    layers = _layers(params)
    if len(permutations) != len(layers) - 1:
        hidden = len(layers) - 1
        raise ValueError(f"got {len(permutations)} permutations; expected one for each of {hidden} hidden layers.")
    for i, order in enumerate(permutations):
        units = layers[i]["kernel"].shape[1]
        if len(order) != units or not (is_traced(order) or np.array_equal(np.sort(order), np.arange(units))):
            raise ValueError(f"layer {i} has {units} hidden units; got {order}, expected a permutation of them.")
    moved = {}
    for i, layer in layers.items():
        rows = permutations[i - 1] if i > 0 else slice(None)
        columns = permutations[i] if i < len(layers) - 1 else slice(None)
        moved[i] = {name: leaf[rows][:, columns] if name == "kernel" else leaf[columns] for name, leaf in layer.items()}
    return {**params, "layers": moved}


def aligned(params: Params, permutations: Sequence[Array]) -> Params:
    """Undo ``permuted``."""
    return permuted(params, [jnp.argsort(permutation) for permutation in permutations])


def some_permuted(params: Params, key: Key, share: float) -> list[Array]:
    """Permutations that move a share of every hidden layer's units, chosen at random, and leave the others in place.

    The chosen units take each other's places in a ring, so that none stays where it was (unless it is the only one).

    Args:
        params: of an ``mlp``.
        key: of the choice.
        share: of the units, from 0 to 1, rounded to whole units.

    Raises:
        ValueError: if the share is no share.
    """
    if not 0 <= share <= 1:
        raise ValueError(f"the share of permuted units is {share}; expected a number from 0 to 1.")
    layers, permutations = _layers(params), []
    for i in range(len(layers) - 1):
        units = layers[i]["kernel"].shape[1]
        ring = jax.random.permutation(jax.random.fold_in(key, i), units)[: round(share * units)]
        permutations.append(jnp.arange(units).at[ring].set(jnp.roll(ring, 1)))
    return permutations


def scrambled(params: Params, permutations: Sequence[Array]) -> Params:
    """``permuted``, but with each hidden layer's outgoing weights left in place: another function of the same weights.

    The control of T13: to move units is a symmetry only if what they send out moves with them.
    """
    moved = _layers(permuted(params, permutations))
    layers = {
        i: {
            name: leaf[jnp.argsort(permutations[i - 1])] if name == "kernel" and i > 0 else leaf
            for name, leaf in layer.items()
        }
        for i, layer in moved.items()
    }
    return {**params, "layers": layers}


def _layers(params: Params) -> dict:
    if not (isinstance(params, dict) and isinstance(params.get("layers"), dict)):
        raise ValueError("got a tree without 'layers'; expected the parameters of st.models.mlp to permute.")
    return params["layers"]
