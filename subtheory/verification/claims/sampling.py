"""T9: sampled labels, the score statistic and the information law."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.stats import norm

from ..._keys import key_for
from ..._tree import inner
from ...setting.setting import Setting
from ...simulation.samples import sample_labels, sampled_inner_products, sampled_label_update
from ...simulation.teacher import teacher_outputs
from ...theory.lemma import alignment_slope
from ...theory.sampling import fisher_information, information_per_sample, label_score, sign_probability
from ..claim import Claim, close, none_of
from ..laboratory import Draw, Laboratory

SAMPLES = 256
REPETITIONS = 2000
NATS = (0.05, 0.2, 0.6, 1.5, 3.0)
FALSE_ALARM = 1e-3
STEPS = np.array([0.2, 0.1, 0.05, 0.025])


def _setting(lab: Laboratory, draw: Draw) -> Setting:
    """The standard setting with v scaled to Fisher information 1 per sample: ε²/2 is then the nats of one sample."""
    setting = lab.setting(draw, lab.model((16,)))
    v = setting.update_direction()
    size = jnp.sqrt(fisher_information(setting, v))
    return dataclasses.replace(setting, teacher_update=optax.tree.scale(1 / size, v))


def claims(lab: Laboratory) -> list[Claim]:
    """Exact identities per seed; mean, variance and sign by repeated sampling in one setting."""
    return [*_identities(lab), *_frequencies(lab)]


def _identities(lab: Laboratory) -> list[Claim]:
    def one(draw):
        setting = _setting(lab, draw)
        labels = sample_labels(draw.key, setting, 0.3)[0]
        simulated = inner(sampled_label_update(setting, labels), setting.teacher_update)
        predicted = jnp.mean(label_score(setting, labels))
        nats = jax.lax.map(lambda e: information_per_sample(setting, e), jnp.asarray(STEPS))
        mean, variance, ratio = jax.lax.map(lambda e: _enumerated(setting, e), jnp.asarray(STEPS))
        slope = fisher_information(setting)
        return {
            "score": jnp.abs(simulated - predicted),
            "fisher": jnp.abs(slope - alignment_slope(setting)),
            "nats": nats,
            "ratio": jnp.max(jnp.abs(nats / ratio - 1)),
            "mean": mean - slope * jnp.asarray(STEPS),
            "variance": variance - slope,
        }

    found = lab.per_seed(one, "T9 identities", model=lab.model((16,)))
    score, fisher = found["score"], found["fisher"]
    slopes = _slopes(found["nats"] - STEPS**2 / 2)
    means, variances = _slopes(found["mean"]), _slopes(found["variance"])
    tolerance = 1e4 * float(np.finfo(float).eps)
    return [
        close(
            "T9.score",
            float(np.max(score)),
            0.0,
            tolerance,
            len(score),
            "the alignment of a maximum-likelihood step on samples is the mean score, (1/N) Σ s_v(x)",
            "largest difference from the simulated step (score of variance 1)",
        ),
        close(
            "T9.fisher",
            float(np.max(fisher)),
            0.0,
            tolerance,
            len(fisher),
            "A is the Fisher information of the samples along v",
            "largest difference (A = 1)",
        ),
        close(
            "T9.information",
            float(np.median(slopes)),
            3.0,
            0.3,
            len(slopes),
            "KL(teacher ‖ reference) = ε²A/2 + O(ε³) per sample",
            "median slope of the remainder in log-log",
        ),
        close(
            "T9.nats",
            float(np.max(found["ratio"])),
            0.0,
            1e-9,
            found["ratio"].size * len(STEPS),
            "these nats are the teacher's expected log-likelihood ratio, log p_teacher − log p_reference",
            "largest relative distance, every label of every input weighted by the teacher's probability",
        ),
        close(
            "T9.mean",
            float(np.median(means)),
            2.0,
            0.2,
            len(means),
            "the mean of Δθ_S·v over data sets is εA + O(ε²)",
            "median slope of the remainder in log-log; all labels enumerated, one gradient each",
        ),
        close(
            "T9.variance",
            float(np.median(variances)),
            1.0,
            0.2,
            len(variances),
            "the variance of one sample's Δθ_S·v is A + O(ε)",
            "median slope of the remainder in log-log; all labels enumerated, one gradient each",
        ),
    ]


def _slopes(remainder: np.ndarray) -> np.ndarray:
    """Of every seed, in log-log over the steps."""
    return np.polyfit(np.log(STEPS), np.log(np.abs(remainder)).T, 1)[0]


def _enumerated(setting: Setting, epsilon: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Mean and variance of one sample's Δθ_S·v, and its log-likelihood ratio, every label weighted by the teacher.

    Nothing is sampled and no theory is used: a gradient of every label's log-likelihood at every input.
    """
    teacher = jax.nn.log_softmax(teacher_outputs(setting, epsilon))
    reference = jax.nn.log_softmax(setting.channel_outputs(setting.teacher_init))
    labels = jnp.arange(teacher.shape[-1])

    def one(x, label):
        update = sampled_label_update(dataclasses.replace(setting, inputs=x[None]), label[None])
        return inner(update, setting.teacher_update)

    values = jax.vmap(jax.vmap(one, (None, 0)), (0, None))(setting.inputs, labels)
    p = jnp.exp(teacher)
    mean = jnp.mean(jnp.sum(p * values, axis=-1))
    within = jnp.sum(p * values**2, axis=-1) - jnp.sum(p * values, axis=-1) ** 2
    return mean, jnp.mean(within), jnp.mean(jnp.sum(p * (teacher - reference), axis=-1))


def _frequencies(lab: Laboratory) -> list[Claim]:
    drawn_once = lab.draws("T9 setting", 1, lab.model((16,)), SAMPLES)
    draw = jax.tree.map(lambda leaf: leaf[0], drawn_once)
    quantile = float(norm.ppf(1 - FALSE_ALARM / 2 / len(NATS)))

    @jax.jit
    def drawn(key, epsilon):
        return sampled_inner_products(key, _setting(lab, draw), epsilon, REPETITIONS, 200)

    nats_at = jax.jit(lambda epsilon: information_per_sample(_setting(lab, draw), epsilon))
    rows = []
    for i, nats in enumerate(NATS):
        epsilon = jnp.asarray(np.sqrt(2 * nats / SAMPLES))
        values = np.asarray(drawn(key_for(0, "T9 draws", i), epsilon))
        total = SAMPLES * float(nats_at(epsilon))
        rows.append((total, values))
    frequency = np.array([np.mean(values > 0) for _, values in rows])
    law = np.array([sign_probability(total) for total, _ in rows])
    error = np.sqrt(law * (1 - law) / REPETITIONS)
    worst = int(np.argmax(np.abs(frequency - law) / error))
    reference = np.asarray(drawn(key_for(0, "T9 reference"), jnp.asarray(1e-12)))
    coin = float(np.mean(reference > 0))
    return [
        close(
            "T9.probability",
            float(frequency[worst]),
            float(law[worst]),
            quantile * float(error[worst]),
            REPETITIONS * len(NATS),
            "P(Δθ_S·v > 0) = Φ(√(2·nats)), nats the information of the whole data set",
            "frequency furthest from the law in standard errors; "
            + ", ".join(f"{t:.2g} nats {f:.3f}/{p:.3f}" for (t, _), f, p in zip(rows, frequency, law, strict=True)),
        ),
        close(
            "T9.reference",
            coin,
            float(law[-1]),
            quantile * float(error[-1]),
            REPETITIONS,
            "labels of the *reference model* move the student towards v as often as the teacher's",
            f"frequency with labels of the reference model, beside the law at {NATS[-1]} nats",
            must="fail",
        ),
        none_of(
            "T9.reference.sign",
            int(np.sum(reference <= 0)),
            REPETITIONS,
            "labels of the reference model always move the student towards v",
            "data sets that did not",
            must="fail",
        ),
    ]
