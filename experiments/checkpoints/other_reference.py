"""Another reference model: the same architecture from another initialisation, taught to write as the first one does.

No second checkpoint of the same kind is at hand, so one is made: fresh random weights imitate the first model's
next-token distributions on the first model's own samples. It writes alike and shares no initialisation, which makes it
the control of T4; being smaller trained it fits the first model's text less well, and by how much is measured.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import optax

from subtheory._keys import key_for
from subtheory.lm.distillation.distil import corpus
from subtheory.lm.distillation.training import Distributions, Recipe, train
from subtheory.lm.model import LanguageModel, initialise


@dataclass(frozen=True)
class Imitator:
    """How the other reference is made: samples of the first model from its first token on, and Adam on these.

    Attributes:
        samples: how many texts the first model writes.
        tokens: of each.
        learning_rate: at the beginning; it falls to zero along a cosine.
        batch: texts per step.
        epochs: passes over all texts.
    """

    samples: int = 512
    tokens: int = 64
    learning_rate: float = 3e-3
    batch: int = 16
    epochs: int = 3


def other_reference(lm: LanguageModel, how: Imitator, seed: int) -> LanguageModel:
    """Another model that writes as ``lm`` does, from an initialisation of the seed's own.

    Raises:
        ValueError: a model that has no token to begin with.
    """
    if lm.config.bos is None:
        raise ValueError("the model has no token that begins a text; expected one, to sample from its own start.")
    written = corpus(lm, [[lm.config.bos]], how.samples, how.tokens, key_for(seed, "other reference's texts"))
    steps = how.epochs * -(-how.samples // how.batch)
    recipe = Recipe(how.learning_rate, how.batch, how.epochs, _falling(steps))
    init = initialise(lm.config, key_for(seed, "other reference's init"), tokenizer=lm.tokenizer)
    params = train(
        lm.apply, init.params, written.examples, recipe, key_for(seed, "other reference's order"),
        objective=Distributions(lm.apply), given=lm.params,
    )  # fmt: skip
    return lm.with_params(params)


@lru_cache(maxsize=4)
def _falling(steps: int) -> Callable[[float], optax.GradientTransformation]:
    """Adam whose rate falls to zero in so many steps; the same function for all seeds, so that one step is compiled."""
    return lambda rate: optax.adam(optax.cosine_decay_schedule(rate, steps))
