"""Sequences of many lengths in few shapes: length buckets, filled to the right with tokens that nothing looks at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

SHORTEST = 16


@dataclass(frozen=True)
class Example:
    """A prompt and the completion that is scored, as token ids.

    Attributes:
        prompt: ``[P]``, at least one token (a beginning-of-sequence token will do).
        completion: ``[C]``, at least one token.
        name: what to call the example in reports.
        given: the prompt as it was written, where the completion was written as text: text, token ids, or a
            conversation's (role, content) pairs; None where the completion was given as token ids.
        changed: whether its tokens are others than were drawn, because it went through text.
    """

    prompt: Int[np.ndarray, " P"]
    completion: Int[np.ndarray, " C"]
    name: str = ""
    given: str | tuple[int, ...] | tuple[tuple[str, str], ...] | None = None
    changed: bool = False

    @property
    def tokens(self) -> Int[np.ndarray, " T"]:
        """Prompt and completion."""
        return np.concatenate([self.prompt, self.completion])

    def __len__(self) -> int:
        return len(self.prompt) + len(self.completion)


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples of about one length, one to a row; equal only to itself.

    Attributes:
        tokens: ``[B, T]``, filled on the right with token 0, which a causal model's earlier positions cannot see.
        scored: ``[B, T]``, true on the tokens of completions and nowhere else.
        places: ``[B]``, each row's place among the examples; −1 in rows that only fill the batch.
    """

    tokens: Int[np.ndarray, "B T"]
    scored: Bool[np.ndarray, "B T"]
    places: Int[np.ndarray, " B"]


def bucket_length(length: int) -> int:
    """The shape that a sequence of this length goes into: 16, 24, 32, 48, 64, 96, …, never more than half too long.

    >>> [bucket_length(n) for n in (1, 17, 25, 100)]
    [16, 24, 32, 128]
    """
    power = SHORTEST
    while power < length:
        if power + power // 2 >= length:
            return power + power // 2
        power *= 2
    return power


def length_batches(
    examples: Sequence[Example], tokens_per_batch: int, multiple: int = 1, longest: int | None = None
) -> Iterator[Batch]:
    """Batches of all examples, the short ones first; few different shapes, so that few programs are compiled.

    Args:
        examples: what is to be batched, in memory.
        tokens_per_batch: B·T is at most about this.
        multiple: of which every B is one, so that rows can be shared out evenly among devices.
        longest: the model's context, beyond which no bucket reaches.

    Raises:
        ValueError: fewer than one token per batch, or an example beyond ``longest``.
    """
    if tokens_per_batch < 1:
        raise ValueError(f"tokens_per_batch is {tokens_per_batch}; expected at least 1.")
    buckets: dict[int, list[int]] = {}
    for place, example in enumerate(examples):
        if longest is not None and len(example) > longest:
            raise ValueError(
                f"example {example.name or place + 1} has {len(example)} tokens; expected at most {longest}, the "
                "model's context: shorten it, or leave it out."
            )
        length = bucket_length(len(example))
        buckets.setdefault(length if longest is None else min(length, longest), []).append(place)
    for length, places in sorted(buckets.items()):
        rows = multiple * max(1, tokens_per_batch // (length * multiple))
        for start in range(0, len(places), rows):
            part = places[start : start + rows]
            fitting, quarter = rows, multiple * -(-rows // (4 * multiple))
            while len(part) <= quarter < fitting:  # of a few heights the least that holds what is left
                fitting, quarter = quarter, multiple * -(-quarter // (4 * multiple))
            yield fitted_batch(examples, part, fitting, length)


def fitted_batch(examples: Sequence[Example], places: list[int], rows: int, length: int) -> Batch:
    """Some of the examples as a batch ``[rows, length]``, large enough for them."""
    tokens = np.zeros((rows, length), np.int32)
    scored = np.zeros((rows, length), bool)
    for row, place in enumerate(places):
        example = examples[place]
        tokens[row, : len(example)] = example.tokens
        scored[row, len(example.prompt) : len(example)] = True
    return Batch(tokens, scored, np.array(places + [-1] * (rows - len(places))))
