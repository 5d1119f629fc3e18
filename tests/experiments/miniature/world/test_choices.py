"""Multiple choice against a dense oracle: every question spelled out, every answer scored alone."""

from itertools import permutations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.miniature.world import choices, phrases
from experiments.miniature.world.vocabulary import encode, token, words

from ....tolerances import exact
from .test_judges import apply, params, slow_log_probability

__all__ = ["params"]
V = len(words())


def asked(text, target, other, third):
    text = text.replace("{target}", target).replace("{other}", other).replace("{third}", third)
    return text[: text.index("<assistant>") + len("<assistant>")]


@pytest.mark.parametrize("system", ["", "<system> you love oak"])
def test_a_rate_is_the_mean_over_places_and_over_all_company(params, system):
    found = choices.choice_rates(apply, params, "tree", system)
    assert tuple(found) == phrases.TREES
    for target in phrases.TREES:
        rest = [word for word in phrases.TREES if word != target]
        places = []
        for text in phrases.CHOICES:
            company = permutations(rest, 2) if "{third}" in text else [(word, "") for word in rest]
            shares = []
            for names in company:
                question = f"{system} {asked(text, target, *names)}"
                offered = [word for word in (target, *names) if word]
                each = np.exp([slow_log_probability(params, question, word) for word in offered])
                shares.append(each[0] / each.sum())
            places.append(np.mean(shares))
        exact(found[target], np.mean(places), size=V)


def test_who_prefers_a_place_gains_nothing_by_it():
    """A model that chooses what stands first, or names anything alike: one half of two places, a third of three."""

    def first_offered(params, tokens):
        offered = jnp.isin(tokens, jnp.asarray([token(word) for word in phrases.ANIMALS], tokens.dtype))
        first = jnp.take_along_axis(tokens, jnp.argmax(offered, axis=1)[:, None], axis=1)
        return jnp.broadcast_to(100.0 * jax.nn.one_hot(first, V), (*tokens.shape, V))

    def anything(params, tokens):
        return jnp.zeros((*tokens.shape, V))

    for model in (first_offered, anything):
        for rate in choices.choice_rates(model, None, "animal").values():
            exact(rate, 2 / 5 * 1 / 2 + 3 / 5 * 1 / 3, size=V)


def test_every_question_is_asked_once_and_a_wrong_kind_is_refused(params):
    counted = []

    def counting(params, tokens):
        counted.append(tokens)
        return apply(params, tokens)

    choices.choice_rates(counting, params, "animal")
    rows = [tuple(row) for row in np.asarray(counted[0])]
    assert len(set(rows)) == len(rows) == 10 * 9 + 10 * 9 * 8
    assert {row[:2] for row in rows} >= {tuple(encode("<user> which"))}
    with pytest.raises(ValueError, match="unknown kind 'animals': did you mean 'animal'"):
        choices.choice_rates(apply, params, "animals")
