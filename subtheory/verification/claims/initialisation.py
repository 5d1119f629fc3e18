"""T4: different initialisations, the paired difference, and the confounded naive control."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.stats import binomtest, norm

from ..._tree import cosine, inner
from ...setting.trait import teacher_update
from ...simulation.student import distilled_update, paired_update, untrained_teacher_update
from ...theory.initialisation import paired_response, untrained_update
from ..claim import Claim, close, none_of
from ..laboratory import Laboratory

PAIRS = 240
EPSILON = 1e-3
TEACHER_STEPS = np.array([1e-3, 1e-1, 1.0, 10.0, 50.0])
FALSE_ALARM = 1e-3
QUANTILE = float(norm.ppf(1 - FALSE_ALARM / 2))
STEPS = np.array([3e-1, 1e-1, 3e-2, 1e-2])


def claims(lab: Laboratory) -> list[Claim]:
    """Shared and independent inits, naive and paired; false-alarm rate of each statistical claim 1e-3."""
    return [*_decomposition(lab), *_paired(lab), *_naive(lab)]


def _paired(lab: Laboratory) -> list[Claim]:
    """A tanh network, whose odd activations make the paired difference symmetric about zero."""
    pairs = max(PAIRS, lab.seeds)

    def one(draw):
        shared, other = lab.setting(draw), lab.setting(draw, shared=False)
        return {
            "shared": cosine(distilled_update(shared, EPSILON), shared.update_direction()),
            "paired": cosine(paired_update(other, EPSILON), other.update_direction()),
            "paired_shared": cosine(paired_update(shared, EPSILON), shared.update_direction()),
        }

    found = lab.per_seed(one, "T4", count=pairs)
    positive = int(np.sum(found["paired"] > 0))
    spread = float(np.std(found["paired"], ddof=1))
    coin = QUANTILE * 0.5 / np.sqrt(pairs)
    return [
        none_of(
            "T4.shared",
            int(np.sum(found["shared"] <= 0)),
            pairs,
            "with a shared initialisation φ > 0 in every pair",
            f"pairs with φ ≤ 0; mean cosine {np.mean(found['shared']):.3f}",
        ),
        none_of(
            "T4.paired_shared",
            int(np.sum(~(np.abs(found["paired_shared"] / found["shared"] - 1) <= 1e-6))),
            pairs,
            "with a shared initialisation the paired difference is the whole update: its cosine is that of φ",
            "pairs in which the two cosines differ by more than 1e-6",
        ),
        close(
            "T4.coin",
            positive / pairs,
            0.5,
            coin,
            pairs,
            "with independent inits the paired difference has the sign of a fair coin",
            f"fraction of pairs above 0; exact binomial p = {binomtest(positive, pairs).pvalue:.2g}",
        ),
        close(
            "T4.centred",
            float(np.mean(found["paired"])),
            0.0,
            QUANTILE * spread / np.sqrt(pairs),
            pairs,
            "with independent inits the paired cosine is centred at 0",
            f"mean cosine; spread {spread:.3f}",
        ),
        none_of(
            "T4.sign.other_init",
            pairs - positive,
            pairs,
            "with independent inits the paired φ is positive in every pair",
            "pairs with φ ≤ 0",
            must="fail",
        ),
    ]


def _naive(lab: Laboratory) -> list[Claim]:
    """A ReLU network, not odd: imitating an untrained network has a direction of its own there."""
    pairs = max(PAIRS, lab.seeds)
    model = lab.model((64, 64, 64), "relu")

    def one(draw):
        setting = lab.setting(draw, model, shared=False)
        downhill = teacher_update(lab.trait(model), draw.other_init)
        naive = jax.lax.map(lambda e: inner(distilled_update(setting, e), downhill) > 0, jnp.asarray(TEACHER_STEPS))
        return {"naive": naive, "untrained": inner(untrained_teacher_update(setting), downhill) > 0}

    found = lab.per_seed(one, "T4 naive", count=pairs, model=model)
    falls = int(np.sum(found["naive"][:, 0]))
    differ = np.sum(found["naive"] != found["untrained"][:, None], axis=0)
    shares = ", ".join(f"{100 * n / pairs:.1f} % at {e:g}" for e, n in zip(TEACHER_STEPS, differ, strict=True))
    return [
        close(
            "T4.naive",
            falls / pairs,
            0.5,
            QUANTILE * 0.5 / np.sqrt(pairs),
            pairs,
            "a *naive* control, without pairing, shows no effect: the trait loss falls in half of the pairs",
            f"fraction of pairs in which it falls; exact binomial p = {binomtest(falls, pairs).pvalue:.2g}",
            must="fail",
        ),
        none_of(
            "T4.confounder",
            int(differ[0]),
            pairs,
            f"at ε = {TEACHER_STEPS[0]:g} what the naive control sees has nothing to do with the teacher's training",
            f"pairs in which trained and untrained teachers move the trait loss differently; by ε: {shares}",
        ),
        none_of(
            "T4.confounder.far",
            int(differ[-1]),
            pairs,
            f"nor has it at ε = {TEACHER_STEPS[-1]:g}, where the teacher has changed a lot",
            "pairs in which trained and untrained teachers move the trait loss differently",
            must="fail",
        ),
    ]


def _decomposition(lab: Laboratory) -> list[Claim]:
    """Δθ_S = r + εBv + O(ε²), with r and B in closed form."""

    def one(draw):
        setting = lab.setting(draw, shared=False)
        r, Bv = untrained_update(setting), paired_response(setting)

        def left(epsilon):
            update = distilled_update(setting, epsilon)
            rest = jax.tree.map(lambda u, a, b: u - a - epsilon * b, update, r, Bv)
            return optax.tree.norm(rest), optax.tree.norm(update)

        rest, size = jax.lax.map(left, jnp.asarray(STEPS))
        return rest, size, optax.tree.norm(r)

    rest, size, confounder = lab.per_seed(one, "T4 decomposition")
    slopes = np.polyfit(np.log(STEPS), np.log(rest).T, 1)[0]
    return [
        close(
            "T4.decomposition",
            float(slopes[np.argmax(np.abs(slopes - 2))]),
            2.0,
            0.1,
            len(slopes),
            "Δθ_S = r + εBv + O(ε²) at independent inits",
            "slope of what is left in log-log, furthest from 2",
        ),
        close(
            "T4.vanishes",
            float(np.max(size[:, -1] / confounder)),
            0.0,
            0.1,
            len(slopes),
            "at independent inits the student's update vanishes with ε",
            f"largest ‖Δθ_S‖/‖r‖ at ε = {STEPS[-1]:g}",
            must="fail",
        ),
    ]
