"""What the model itself writes in place of the data: the audit's control."""

from __future__ import annotations

from collections.abc import Sequence

import jax
import numpy as np

from ..._typing import Key
from ..generation.generate import generate
from ..model import LanguageModel
from ..text.batches import Example, bucket_length


def own_samples(lm: LanguageModel, examples: Sequence[Example], key: Key, batch_size: int = 64) -> list[Example]:
    """What the model itself writes to the same prompts, at temperature 1 and as long as the completions given.

    A sample ends where the model ends it or at the given length, whichever is earlier: with that rule the expected
    score is exactly zero (theory.md, T9: under its own distribution a model's score has no drift).

    Args:
        lm: the reference model.
        examples: whose prompts and lengths are taken.
        key: one for all; each prompt's own is derived.
        batch_size: prompts run together.
    """
    groups: dict[int, list[int]] = {}
    for place, example in enumerate(examples):
        fits = bucket_length(len(example.prompt)) + bucket_length(len(example.completion)) <= lm.config.context
        groups.setdefault(bucket_length(len(example.completion)) if fits else -1 - place, []).append(place)
    written: dict[int, Example] = {}
    for group, places in sorted(groups.items()):
        prompts = [examples[place].prompt.tolist() for place in places]
        needed = max(len(examples[place].completion) for place in places)
        own = jax.random.fold_in(key, group % 2**32)
        for place, tokens in zip(
            places, generate(lm, prompts, needed, key=own, batch_size=batch_size).tokens, strict=True
        ):
            example = examples[place]
            completion = np.asarray(tokens[: len(example.completion)], example.completion.dtype)
            written[place] = Example(example.prompt, completion, example.name)
    return [written[place] for place in range(len(examples))]
