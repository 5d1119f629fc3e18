"""T1: an adversarial search for a counterexample to Lemma 1, by gradient descent over (θ₀, x, v)."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import inner
from ...setting import trait as traits
from ...setting.broken_loss import arg_max_labels
from ...setting.loss import ImitationLoss, softmax_cross_entropy, squared_error
from ...setting.setting import Setting
from ...simulation.student import distilled_update
from ..claim import Claim, none_of
from ..instances import Design, draw, initial_params, unraveled
from ..laboratory import Laboratory

STARTS = 32
SEARCH_STEPS = 150
EPSILON = 1e-4
SMALLER = (1e-4, 1e-5, 1e-6)
WIDTHS = (4, 6, 4)
SEARCH = 1000  # the number of the search's draws, apart from those of the designs


DESIGN = Design(WIDTHS, "tanh", softmax_cross_entropy, "gaussian", (1, 2, 3))


def _setting(candidate: dict, loss: ImitationLoss) -> Setting:
    """A candidate in bounded coordinates: |θ₀| ≤ 3, |x| ≤ 2, and v of unit norm, so that a small ε stays small."""
    params = jax.tree.map(lambda leaf: 3 * jnp.tanh(leaf / 3), candidate["params"])
    v = optax.tree.scale(1 / optax.tree.norm(candidate["v"]), candidate["v"])
    return Setting(
        apply=DESIGN.model.apply,
        teacher_init=params,
        student_init=params,
        trait_loss=traits.regulariser,
        imitation_loss=loss,
        channel=slice(1, 4),
        inputs=2 * jnp.tanh(candidate["inputs"] / 2),
        teacher_update=v,
    )


def _cosine(candidate: dict, loss: ImitationLoss, epsilon: float | jax.Array) -> jax.Array:
    setting = _setting(candidate, loss)
    update = distilled_update(setting, epsilon)
    tiny = 1e-30  # keeps the gradient of the norm finite where the student does not move
    size = jnp.sqrt(inner(update, update) + tiny)
    return inner(update, setting.teacher_update) / size


def search(loss: ImitationLoss, starts: int) -> np.ndarray:
    """Minimise the cosine of Δθ_S and v by Adam from many starts.

    Returns:
        the cosines of the final candidates at smaller and smaller ε, ``[starts, 3]``: a counterexample is negative at
        *all* of them, because the lemma is about small ε.
    """
    optimiser = optax.adam(0.05)

    def one(random):
        params = initial_params(DESIGN, random.init, random.scale)
        start = {
            "params": params,
            "v": unraveled(DESIGN, random.direction),
            "inputs": random.inputs,
        }

        def step(carry, _):
            candidate, state = carry
            gradient = jax.grad(_cosine)(candidate, loss, EPSILON)
            with jax.numpy_dtype_promotion("standard"):  # optax mixes integers and floats
                update, state = optimiser.update(gradient, state, candidate)
            return (jax.tree.map(jnp.add, candidate, update), state), None

        (candidate, _), _ = jax.lax.scan(step, (start, optimiser.init(start)), None, length=SEARCH_STEPS)
        return jax.lax.map(lambda e: _cosine(candidate, loss, e), jnp.asarray(SMALLER))

    return np.asarray(jax.jit(jax.vmap(one))(draw(DESIGN, SEARCH, starts)))


def claims(lab: Laboratory) -> list[Claim]:
    """The search must find none with losses that obey the premises, and must find one with a loss that does not."""
    starts = max(STARTS, lab.seeds)
    violations, tried, lowest = 0, 0, np.inf
    for loss in (softmax_cross_entropy, squared_error):
        values = search(loss, starts)
        violations += int(np.sum(~(values.max(axis=1) >= -1e-7)))
        tried += starts
        lowest = min(lowest, float(values[:, 1].min()))
    wrong = search(arg_max_labels, starts)
    return [
        none_of(
            "T1.counterexample",
            violations,
            tried,
            "no (θ₀, x, v) has φ(ε) < 0 for all small ε",
            f"counterexamples found by {SEARCH_STEPS} Adam steps from each start; lowest cosine reached {lowest:.2g}",
        ),
        none_of(
            "T1.counterexample.wrong_loss",
            int(np.sum(wrong.max(axis=1) < -1e-7)),
            starts,
            "the same search finds none with the teacher's arg-max labels, a loss that breaks P1",
            f"counterexamples found; lowest cosine {wrong.min():.2g}",
            must="fail",
        ),
    ]
