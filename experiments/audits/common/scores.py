"""What a whole data set is said to do for a trait, before any training: the audit, and what else was proposed.

Every score is one number for a data set and a trait, larger where the data are said to speak more for the trait. All
but the coverage are taken less the same of the reference's own answers on the same channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import jax
import jax.numpy as jnp
import optax

from experiments.miniature.common import attribution
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.first_steps import likelihood_gradient
from experiments.miniature.common.theory import answer_log_likelihoods, in_chunks, scores_along
from subtheory._typing import Params
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder


@dataclass(frozen=True, eq=False)
class Trait:
    """One trait as every score knows it.

    Attributes:
        name: an animal or tree.
        gradient: v = −∇L_T(θ₀), of questions and the trait's answers.
        teacher: that was fine-tuned on the trait.
        system: a sentence that states it.
    """

    name: str
    gradient: Params
    teacher: LanguageModel
    system: str


ALONE = "coverage"
"""The score that is not taken less the control's."""


def scores(
    start: LanguageModel, data: lab.Answers, traits: Sequence[Trait], strength: float
) -> dict[str, dict[str, float]]:
    """Trait → score → value for one data set.

    Args:
        start: the reference model.
        data: the data set.
        traits: that the data are asked about.
        strength: of the mean representation's injection.
    """
    v = [lab.displacement(trait.teacher, start) for trait in traits]
    along = scores_along(start, [*(trait.gradient for trait in traits), *v], data).mean(axis=0)
    g, plain = likelihood_gradient(start, data), answer_log_likelihoods(start, data)
    rates = lab.preferences(injected(start, data, strength), [trait.name for trait in traits])
    return {
        trait.name: {
            "audit": float(along[place]),
            "audit, displacement": float(along[len(traits) + place]),
            ALONE: cosine(g, v[place]),
            "likelihood ratio": float((answer_log_likelihoods(trait.teacher, data) - plain).mean()),
            "prompted likelihood": float(attribution.prompted_shifts(start, trait.system, data).mean()),
            "mean representation": rates[trait.name],
        }
        for place, trait in enumerate(traits)
    }


def beyond(found: Mapping[str, float], control: Mapping[str, float]) -> dict[str, float]:
    """Scores of a data set less those of the reference's own answers, but for ``ALONE``.

    >>> beyond({"audit": 3.0, "coverage": 0.5}, {"audit": 1.0, "coverage": 0.25})
    {'audit': 2.0, 'coverage': 0.5}
    """
    return {name: value if name == ALONE else value - control[name] for name, value in found.items()}


def cosine(g: Params, v: Params) -> float:
    """g·v/(|g||v|): the coverage of a teacher's displacement v by a student's first step g, by gradient descent.

    So Madl measures it (arXiv 2606.22019); the share of v that training can ever reach is T12's κ.
    """
    return float(optax.tree.vdot(g, v) / (optax.tree.norm(g) * optax.tree.norm(v)))


def injected(start: LanguageModel, data: lab.Answers, strength: float) -> LanguageModel:
    """The model to whose residual stream every layer adds so many times the data's mean representation there.

    Manipulating data features, arXiv 2602.04735: the mean over examples of the hidden state at the last token, layer by
    layer, is put into the forward pass. Where there was no such bias, ``layers/mlp/down`` gets one.

    Args:
        start: the model.
        data: the data set.
        strength: α.
    """
    means = in_chunks(lambda tokens, mask: _at_the_end(start.apply, start.params, tokens, mask), data).mean(axis=0)
    layers = start.params["layers"]
    down = layers["mlp"]["down"]
    added = jnp.asarray(strength * means, down["kernel"].dtype)
    moved = {**down, "bias": down.get("bias", 0) + added}
    return replace(start, params={**start.params, "layers": {**layers, "mlp": {**layers["mlp"], "down": moved}}})


@partial(jax.jit, static_argnums=0)
def _at_the_end(decoder: Decoder, params: Params, tokens, mask) -> jax.Array:
    """[B, L, D] the residual stream after every layer at the last token of every answer."""
    mask = jnp.asarray(mask)
    last = mask.shape[1] - 1 - jnp.argmax(mask[:, ::-1], axis=1)
    after = decoder.stream(params, jnp.asarray(tokens))
    return jnp.moveaxis(jnp.take_along_axis(after, last[None, :, None, None], axis=2)[:, :, 0], 0, 1)
