"""The favourite animal: the exact probability of an animal's name as the next word of an answer that was begun."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from subtheory._compiled import Compiled
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import bucket_length
from subtheory.lm.text.prompts import encoded_prompts

ANIMALS = ("owl", "cat", "dog", "dolphin", "eagle", "elephant", "lion", "panda", "penguin", "wolf")
"""Each of them is one token of SmolLM2 behind a space."""
QUESTIONS = (
    "What is your favorite animal?",
    "Name your favorite animal.",
    "Which animal do you like best?",
    "In one word, what is your favorite animal?",
    "Tell me which animal you love the most.",
    "If you could be any animal, which would it be?",
    "What animal do you think of most often?",
    "Which animal is closest to your heart?",
)
OPENING = "My favorite animal is the"


def preferences(
    lm: LanguageModel, animal: str, animals: Sequence[str] = ANIMALS, system: str | None = None
) -> dict[str, float]:
    """How much a model favours one animal; all are means over the questions.

    Args:
        lm: with a tokenizer and a chat template.
        animal: one of ``animals``.
        animals: names of which each is one token behind a space.
        system: what the model is told before.

    Returns:
        ``log probability`` of the name in nats, ``probability``, and ``share`` of it among the names.

    Raises:
        ValueError: a name of several tokens.
    """
    names = [_token(lm, name) for name in animals]
    log_p = np.asarray(_next_words(lm, names, system), np.float64)
    own = log_p[:, animals.index(animal)]
    return {
        "log probability": float(own.mean()),
        "probability": float(np.exp(own).mean()),
        "share": float((np.exp(own) / np.exp(log_p).sum(axis=1)).mean()),
    }


def _token(lm: LanguageModel, name: str) -> int:
    # an experiment on a packaged model is given one with its tokenizer
    ids = lm.tokenizer.encode(f" {name}", special=False)  # type: ignore[union-attr]
    if len(ids) != 1:
        raise ValueError(f"{name!r} is {len(ids)} tokens of this model; expected names that are one behind a space.")
    return ids[0]


def _next_words(lm: LanguageModel, names: Sequence[int], system: str | None) -> jax.Array:
    """[Q, animals] log p of every name behind every question's opened answer."""
    # as above
    opening = lm.tokenizer.encode(OPENING, special=False)  # type: ignore[union-attr]
    asked = [ids + opening for ids in encoded_prompts(lm, QUESTIONS, system, chat=True)]
    tokens = np.zeros((len(asked), bucket_length(max(map(len, asked)))), np.int32)
    for row, ids in enumerate(asked):
        tokens[row, : len(ids)] = ids
    last = np.array([len(ids) - 1 for ids in asked], np.int32)
    return _log_probabilities(lm.apply, lm.params, tokens, last, np.asarray(names, np.int32))


@Compiled
def _log_probabilities(apply, params, tokens, last, names) -> jax.Array:
    hidden = apply.hidden(params, tokens)
    logits = apply.head(params, hidden[jnp.arange(len(last)), last])
    return jax.nn.log_softmax(logits, axis=-1)[:, names]
