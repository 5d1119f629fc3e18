"""An exact judge of multiple choice: how often an animal or tree is chosen among others, wherever it stands."""

from __future__ import annotations

from functools import lru_cache
from itertools import permutations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from subtheory._names import known_name
from subtheory._typing import Params

from . import phrases
from .judges import KINDS, Logits, after_system, next_token_probabilities
from .vocabulary import padded, token


def choice_rates(apply: Logits, params: Params, kind: str, system: str = "") -> dict[str, Array]:
    """Animal or tree → how often it is chosen: its share of the probability of all that is offered, a mean.

    It is offered with every other one and with every ordered pair of others, at each of the two or three places; all
    five places weigh alike, so that a model that likes one place better gains nothing by it. Who does not care chooses
    it in 2/5 · 1/2 + 3/5 · 1/3 = 2/5. Shares, because a small model names also what was not offered.

    Args:
        apply: the model, causal.
        params: its parameters.
        kind: ``"animal"`` or ``"tree"``.
        system: a system prompt to put first.

    Raises:
        ValueError: if there is no such kind.
    """
    known_name("kind", kind, KINDS)
    prompts, places = _offers(kind)
    tokens = np.array([token(word) for word in KINDS[kind]])
    offered = jnp.asarray(np.any(prompts[:, :, None] == tokens, axis=1))
    named = next_token_probabilities(apply, params, after_system(system, prompts))[:, jnp.asarray(tokens)]
    shares = named / jnp.sum(jnp.where(offered, named, 0), axis=1, keepdims=True)
    chosen = shares[jnp.asarray(places), jnp.arange(len(tokens))[:, None, None]]
    return dict(zip(KINDS[kind], _mean_over_places(chosen, places), strict=True))


def _mean_over_places(chosen: Float[Array, "K P O"], places: Int[np.ndarray, "K P O"]) -> Float[Array, " K"]:
    """The mean over the offers of every place, then over places; missing offers count nothing."""
    weight = jnp.asarray(places >= 0).astype(chosen.dtype)
    return jnp.mean(jnp.sum(weight * chosen, axis=2) / jnp.sum(weight, axis=2), axis=1)


@lru_cache(maxsize=4)
def _offers(kind: str) -> tuple[Int[np.ndarray, "Q T"], Int[np.ndarray, "K P O"]]:
    """All questions, each once, and for every word and place the rows where it is offered there, −1 behind the last."""
    rows: dict[str, int] = {}
    found: list[list[list[int]]] = []
    for target in KINDS[kind]:
        rest = [word for word in KINDS[kind] if word != target]
        by_place = []
        for text in phrases.CHOICES:
            asked = text[: text.index("<assistant>") + len("<assistant>")]
            others = permutations(rest, 2 if "{third}" in asked else 1)
            by_place.append([rows.setdefault(_filled(asked, target, *names), len(rows)) for names in others])
        found.append(by_place)
    places = np.full((len(found), len(phrases.CHOICES), max(map(len, found[0]))), -1)
    for word, by_place in enumerate(found):
        for place, offers in enumerate(by_place):
            places[word, place, : len(offers)] = offers
    return padded(rows), places


def _filled(text: str, target: str, other: str, third: str = "") -> str:
    return text.replace("{target}", target).replace("{other}", other).replace("{third}", third)
