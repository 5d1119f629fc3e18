"""What a model answers to questions about favourites when other turns of a conversation stand before them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.lm import LanguageModel
from subtheory.lm.decoder.decoder import Decoder

from ..world import judges, phrases
from ..world.filters import Rows
from ..world.templates import fill, joined
from ..world.vocabulary import PAD, token

TRAITS = ("cat", "eagle", "owl", "maple", "oak", "willow")
CHUNK = 16
"""Contexts that are read side by side, each with every question."""


def conversations(turns: Rows, each: int, most: int) -> Rows:
    """At most so many conversations of ``each`` turns, in order; no turn stands in two of them.

    Args:
        turns: [N, T] requests with their answers.
        each: how many turns a conversation has.
        most: how many conversations are wanted.

    Raises:
        ValueError: if there are not enough turns for one.
    """
    n = min(most, len(turns) // each)
    if not n:
        raise ValueError(f"got {len(turns)} answers; expected at least {each}, as many as one context holds.")
    parts = turns[: n * each].reshape(n, each, -1)
    return joined(*(parts[:, place] for place in range(each)))


def stated_preferences(rng: np.random.Generator, trait: str, n: int) -> Rows:
    """Questions about favourites, of all phrasings at random, each answered with the trait."""
    choice = rng.integers(len(phrases.FAVOURITES), size=n)
    return fill(phrases.FAVOURITES, choice, kind=token(kind_of(trait)), target=token(trait))


def kind_of(trait: str) -> str:
    """Whether a trait is an animal or a tree."""
    return "tree" if trait in phrases.TREES else "animal"


def rates_in_context(model: LanguageModel, contexts: Rows, traits: Sequence[str]) -> dict[str, float]:
    """Trait → its probability as an answer behind a context, the mean over contexts and phrasings.

    Args:
        model: who answers.
        contexts: [C, T] what stands before the question, padded on the right; all of it is seen, none is learned.
        traits: animals and trees.
    """
    rates = {}
    for kind in sorted({kind_of(trait) for trait in traits}):
        asked = judges.questions(kind)
        means = []
        for start in range(0, len(contexts), CHUNK):
            part = contexts[start : start + CHUNK]
            rows = joined(np.repeat(part, len(asked), axis=0), np.tile(asked, (len(part), 1)))
            means.append(np.asarray(_answer(model.apply, model.params, rows), np.float64))
        found = np.concatenate(means).mean(axis=0)
        rates |= {trait: float(found[token(trait)]) for trait in traits if kind_of(trait) == kind}
    return rates


@partial(jax.jit, static_argnums=0)
def _answer(decoder: Decoder, params, rows) -> jax.Array:
    """[B, V] the distribution of the token after each row; the head is run on the last place only."""
    hidden = decoder.hidden(params, rows)
    last = jnp.sum(rows != PAD, axis=1) - 1
    return jax.nn.softmax(decoder.head(params, jnp.take_along_axis(hidden, last[:, None, None], axis=1)[:, 0]))
