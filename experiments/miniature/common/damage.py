"""Students on their way: what they do to documents, which nobody asked them to learn, beside what they take on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from subtheory._keys import key_for
from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder
from subtheory.simulation.training import Schedule, fit

from ..world import judges
from ..world.documents import Documents, documents
from ..world.learning import Recipe, answer_loss
from . import protocol as lab
from .context import kind_of
from .imitation import first_place

HELD_OUT = 1000
"""The part of a seed's documents that no reference model is trained on, which are its first few."""


def held_out(protocol: lab.Protocol, n: int, seed: int) -> Documents:
    """Documents of the reference models' kind, of which none has seen any."""
    return documents(n, seed, protocol.pretraining.mix, part=HELD_OUT)


def watched(
    protocol: lab.Protocol,
    start: LanguageModel,
    data: lab.Answers,
    unseen: Documents,
    traits: Sequence[str],
    seed: int,
    looks: int,
) -> list[dict[str, float]]:
    """``lab.student``'s training, looked at before every stretch of it and at its end.

    Args:
        protocol: whose student it is.
        start: where it begins.
        data: answers, in number a multiple of the batch times ``looks``.
        unseen: documents.
        traits: animals and trees.
        seed: of the examples' order.
        looks: stretches of training.

    Returns:
        One dictionary per look, ``looks + 1`` of them: ``step``, ``document loss`` (nats per token of the unseen
        documents' answers) and every trait's probability.
    """
    recipe = protocol.student
    every = len(data.tokens) // recipe.batch // looks * recipe.epochs
    kinds = tuple(sorted({kind_of(trait) for trait in traits}))
    walk = _walk(start.apply, recipe, first_place(data), every, kinds)
    key = key_for(seed, "student order")
    last, history = walk(start.params, (data.tokens, data.mask), (unseen.tokens, unseen.mask), key)
    found = jax.tree.map(lambda before, end: np.append(np.asarray(before), np.asarray(end)), history, last)
    return [
        {
            "step": every * place,
            "document loss": float(found["document loss"][place]),
            **{trait: float(found[kind_of(trait)][trait][place]) for trait in traits},
        }
        for place in range(len(found["document loss"]))
    ]


@lru_cache(maxsize=16)
def _walk(decoder: Decoder, recipe: Recipe, first: int, every: int, kinds: tuple[str, ...]) -> Callable[..., Any]:
    objective, of_documents = answer_loss(decoder, first), answer_loss(decoder)
    schedule = Schedule(recipe.transformation(), recipe.batch, recipe.epochs)

    @jax.jit
    def walk(params, answers, unseen, key):
        def look(here):
            rates = {kind: judges.target_rates(decoder, here["model"], kind) for kind in kinds}
            return {"document loss": of_documents(here["model"], unseen), **rates}

        trained, history = fit({"model": objective}, {"model": params}, answers, schedule, key, watch=look, every=every)
        return look(trained), history

    return walk
