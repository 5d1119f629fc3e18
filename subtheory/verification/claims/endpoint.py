"""T15: where a trajectory ends, by spectrum, by the linearised network, by the network itself."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import inner, move, relative_distance, scaled
from ..._typing import Params
from ...setting.loss import squared_error
from ...setting.setting import Setting
from ...simulation.linearised import adam_diagonal, diagonal_descent, linearised
from ...simulation.trajectory import imitate
from ...theory.endpoint import linear_trajectory, trait_outputs, trajectory_spectrum
from ...theory.flow import predicted_alignment
from ..claim import Claim, close
from ..laboratory import AUXILIARY, Laboratory
from .trajectory import taught

STEPS = 40
INPUTS = 4
ADAM = 1e-3
NEAR = 1e-3
IMAGES = 16


def _bridges(
    setting: Setting, teacher: Params, images: jax.Array, P: Params, rate: jax.Array, descent: Callable
) -> dict[str, jax.Array]:
    """One seed: alignments of the linearised training; differences of path, trait outputs, network near and far."""
    start = setting.student_init
    w = jax.tree.map(jnp.subtract, teacher, start)
    weighed = jax.tree.map(jnp.divide, w, P)
    line = linearised(setting)

    def watch(theta):
        return inner(weighed, jax.tree.map(jnp.subtract, theta, start)), line.apply(theta, images)

    u, outputs = linear_trajectory(setting, w, rate, STEPS, lambda u: trait_outputs(setting, u, images), P)
    linear = imitate(line, teacher, diagonal_descent(P, rate), STEPS, watch=watch)
    alignment, shown = linear.watched
    follow, _ = linear_trajectory(setting, scaled(NEAR, w), rate, STEPS, lambda _: jnp.zeros(()), P)
    near = imitate(setting, move(start, NEAR, w), diagonal_descent(P, rate), STEPS).params
    far = imitate(setting, teacher, descent(rate), STEPS).params
    return {
        "alignment": alignment[1:],
        "path": relative_distance(jax.tree.map(jnp.subtract, linear.params, start), u),
        "outputs": jnp.max(jnp.abs(shown[1:] - outputs[:-1])) / jnp.max(jnp.abs(outputs)),
        "near": relative_distance(jax.tree.map(jnp.subtract, near, start), follow),
        "far": relative_distance(jax.tree.map(jnp.subtract, far, start), u),
    }


def _all(lab: Laboratory, adam: bool) -> np.ndarray:
    """``[seeds, 5]``: law, path, outputs, near, far; with P = I and η = 1/λ_max, or Adam's diagonal and Adam's rate."""
    model = lab.model((16, 16))
    seeds = lab.seeds
    drawn = lab.draws("T15", seeds, model, INPUTS)

    def setting(draw):
        return lab.setting(draw, model, loss=squared_error)

    def begin(draw):
        teacher = taught(lab.trait(model), draw.init)
        P = adam_diagonal(setting(draw), teacher, ADAM, STEPS) if adam else jax.tree.map(jnp.ones_like, teacher)
        return teacher, P

    def bridges(draw, teacher, P, rate):
        descent = optax.adam if adam else optax.sgd
        return _bridges(setting(draw), teacher, lab.images[:IMAGES], P, rate, descent)

    begun, crossed = jax.jit(begin), jax.jit(bridges)
    rows = []
    for seed in range(seeds):
        draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        teacher, P = begun(draw)
        w = jax.tree.map(jnp.subtract, teacher, draw.init)
        spectrum, squared = trajectory_spectrum(setting(draw), w, INPUTS * AUXILIARY + 1, P)
        rate = ADAM if adam else 1 / spectrum.largest
        law = np.asarray(predicted_alignment(spectrum, squared, 1.0, rate, np.arange(1, STEPS)))
        found = crossed(draw, teacher, P, jnp.asarray(rate))
        apart = np.abs(np.asarray(found["alignment"]) - law).max() / np.abs(law).max()
        rows.append([apart, *(float(found[name]) for name in ("path", "outputs", "near", "far"))])
    return np.array(rows)


def claims(lab: Laboratory) -> list[Claim]:
    """The three bridges for plain descent and for Adam's frozen diagonal, and where the network departs."""
    plain, frozen = _all(lab, adam=False), _all(lab, adam=True)
    seeds = len(plain)
    worst, least = np.max(plain, axis=0), np.min(plain, axis=0)
    adam, adam_least = np.max(frozen, axis=0), np.min(frozen, axis=0)
    n = seeds * STEPS
    real = f"relative difference of u after {STEPS} steps"
    return [
        close("T15.law", worst[0], 0.0, 1e-9, n, "w·u_k by the spectrum is that of the linearised network, trained",
              "largest difference, relative to the largest value, for a teacher of 30 Adam steps"),
        close("T15.path", worst[1], 0.0, 1e-9, seeds, "u_k = (I − (I − ηG)^k)w is where linearised training ends",
              f"largest {real}"),
        close("T15.outputs", worst[2], 0.0, 1e-9, n, "trait outputs over time are z + J u_k",
              f"largest difference on {IMAGES} images, relative to the largest output"),
        close("T15.adam", max(adam[:3]), 0.0, 1e-7, n, "the same with Adam's own diagonal, frozen, as P",
              "largest of the three differences"),
        close("T15.near", worst[3], 0.0, 1e-2, seeds, f"the network itself follows for a displacement of {NEAR:g} w",
              f"largest {real}"),
        close("T15.far", least[4], 0.0, 1e-2, seeds, "the network itself follows for the teacher's own w",
              f"smallest {real}", must="fail"),
        close("T15.adam.moving", adam_least[4], 0.0, 1e-2, seeds, "Adam itself follows its own frozen diagonal",
              f"smallest {real}; both at the rate {ADAM:g}", must="fail"),
    ]  # fmt: skip
