"""T12: many steps, monotone alignment, and the coverage of the channel."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from ..._tree import inner, relative_distance
from ...setting.loss import ImitationLoss, softmax_cross_entropy, squared_error
from ...setting.setting import Setting
from ...simulation.descent import distil, linearised_distil
from ...theory.flow import channel_spectrum, linearised_displacement, predicted_alignment
from ..claim import Claim, close, none_of
from ..laboratory import Draw, Laboratory

INPUTS = 4
STEPS = 60
LONG = 3000
EPSILON = 1e-3
FAR = 3e1


def _setting(lab: Laboratory, draw: Draw, loss: ImitationLoss = squared_error) -> Setting:
    return lab.setting(draw, lab.model((16, 16)), loss=loss)


def claims(lab: Laboratory) -> list[Claim]:
    """Linearised distillation against u_k = (I − (I − ηG)^k) εv, and the real network beside it."""
    seeds = lab.seeds
    drawn = lab.draws("T12", seeds, lab.model((16, 16)), INPUTS)
    draws = [jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn) for seed in range(seeds)]
    spectra = [channel_spectrum(_setting(lab, draw)) for draw in draws]
    rates = jnp.asarray([1 / spectrum.largest for spectrum in spectra])
    stacked = jax.tree.map(
        np.asarray, jax.jit(jax.vmap(lambda draw, rate: _runs(_setting(lab, draw), rate)))(drawn, rates)
    )
    laws = np.stack(
        [
            predicted_alignment(spectrum, 4.0, 0.5, 1 / spectrum.largest, np.arange(1, STEPS + 1)) / 2
            for spectrum in spectra
        ]
    )
    stacked["spectrum"] = np.max(np.abs(stacked["monotone"] - laws)) / np.max(laws)
    ranks = [int(np.sum(s.values > 1e-10 * s.largest)) for s in spectra]
    softmax = [channel_spectrum(_setting(lab, draw, softmax_cross_entropy)) for draw in draws]
    softmax_ranks = [int(np.sum(s.values > 1e-10 * s.largest)) for s in softmax]
    coverage = np.array([spectrum.coverage() for spectrum in spectra])
    n = seeds
    return [
        close(
            "T12.path",
            float(stacked["path"].max()),
            0.0,
            1e-9,
            n,
            "linearised distillation displaces the student by u_k = (I − (I − ηG)^k) εv",
            f"largest relative difference after {STEPS} steps of gradient descent",
        ),
        close(
            "T12.spectrum",
            float(stacked["spectrum"].max()),
            0.0,
            1e-9,
            n * STEPS,
            "v·u_k = ε‖v‖² Σ ω_i (1 − (1 − ηλ_i)^k), from the Lanczos spectrum",
            "largest difference from the simulated alignment, relative to its largest value",
        ),
        none_of(
            "T12.alignment",
            int(np.sum(stacked["alignment"] < 0)),
            stacked["alignment"].size,
            "v·u_k ≥ 0 for every k when ηλ_max ≤ 2",
            "steps with v·u_k < 0 at ηλ_max = 1.98",
        ),
        none_of(
            "T12.monotone",
            int(np.sum(np.diff(stacked["monotone"], axis=1) < -1e-12)),
            stacked["monotone"].size,
            "v·u_k grows monotonically when ηλ_max ≤ 1",
            "steps at which it fell at ηλ_max = 1",
        ),
        none_of(
            "T12.turns",
            int(np.sum(stacked["turns"] < 0)),
            stacked["turns"].size,
            "v·u_k ≥ 0 also when ηλ_max = 2.5",
            "steps with v·u_k < 0",
            must="fail",
        ),
        close(
            "T12.coverage",
            float(np.max(np.abs(stacked["limit"] / coverage - 1))),
            0.0,
            1e-6,
            n,
            "in the limit v·u/(ε‖v‖²) is the coverage κ = ‖Pv‖²/‖v‖²",
            f"largest relative difference after {LONG} steps; κ from {coverage.min():.2g} to {coverage.max():.2g}",
        ),
        none_of(
            "T12.rank",
            sum(r > INPUTS * 3 for r in ranks) + sum(r > INPUTS * 2 for r in softmax_ranks),
            2 * n,
            "rank(G) ≤ N·m for squared error and ≤ N·(m − 1) for softmax",
            f"seeds above the bound; found {max(ranks)} of {INPUTS * 3} and {max(softmax_ranks)} of {INPUTS * 2}",
        ),
        none_of(
            "T12.full_coverage",
            int(np.sum(coverage < 1 - 1e-6)),
            n,
            "a channel of a few outputs conveys all of v (κ = 1)",
            f"seeds with κ < 1; largest {coverage.max():.2g}",
            must="fail",
        ),
        close(
            "T12.real_network",
            float(stacked["real"].max()),
            0.0,
            1e-2,
            n,
            "the real network follows the linear prediction at small ε",
            f"largest relative difference of u after {STEPS} steps, ε = {EPSILON:g}",
        ),
        close(
            "T12.real_network.large_step",
            float(stacked["far"].max()),
            0.0,
            1e-2,
            n,
            "the real network follows the linear prediction also at large ε",
            f"largest relative difference of u after {STEPS} steps, ε = {FAR:g}",
            must="fail",
        ),
    ]


def _runs(setting: Setting, rate: jax.Array) -> dict[str, jax.Array]:
    """Every run of one seed; ``rate`` is 1/λ_max. Alignments are v·u_k / (ε‖v‖²)."""
    v = setting.update_direction()
    squared = inner(v, v)

    def alignment(u):
        return inner(u, v) / (EPSILON * squared)

    def relative(u, predicted):
        return relative_distance(u, predicted)

    def real_against_linear(epsilon):
        predicted = linearised_displacement(setting, epsilon, rate, STEPS)
        moved, _ = distil(setting, epsilon, rate, STEPS, alignment)
        return relative(jax.tree.map(jnp.subtract, moved, setting.student_init), predicted)

    def linear_alignment(multiple):
        return linearised_distil(setting, EPSILON, multiple * rate, STEPS, alignment)[1]

    path, monotone = linearised_distil(setting, EPSILON, rate, STEPS, alignment)
    near_limit, beyond = jax.lax.map(linear_alignment, jnp.asarray([1.98, 2.5]))
    long, _ = linearised_distil(setting, EPSILON, rate, LONG, alignment)
    near, far = jax.lax.map(real_against_linear, jnp.asarray([EPSILON, FAR]))
    return {
        "path": relative(path, linearised_displacement(setting, EPSILON, rate, STEPS)),
        "monotone": monotone,
        "alignment": near_limit,
        "turns": beyond,
        "limit": alignment(long),
        "real": near,
        "far": far,
    }
