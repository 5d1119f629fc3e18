"""Whether data and control can be compared at all: how they end, how long they are, which tokens only one side has."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .tally import Tally

WARN_ENDS, REFUSE_ENDS = 0.1, 0.5
"""Difference of the shares of examples that end, beyond which the report warns, or gives no verdict."""
WARN_LENGTH, REFUSE_LENGTH = 1.25, 2.0
"""Ratio of mean lengths, likewise."""
WARN_TOKENS, REFUSE_TOKENS = 0.05, 0.5
"""Share of one side's tokens that the other never has, beyond twice what its size lets expect, likewise."""
REFUSE_NATS = 2.0
"""Nats per token beyond those of tokens drawn at random, log V, from which on a side cannot be this model's text."""


@dataclass(frozen=True)
class Comparison:
    """How alike the two sides are apart from the trait.

    Attributes:
        ends_unscored: end tokens were on one side only, so that they are scored on neither.
        only: shares of (data's, control's) tokens that are nowhere on the other side.
        changed: own samples whose tokens changed on their way through text.
        missing: own samples without any token left, which are no examples.
        warnings: sentences, where a difference may decide the result.
        refusals: sentences, where it would, so that there is no verdict.
    """

    ends_unscored: bool
    only: tuple[float, float]
    changed: int
    missing: int
    warnings: tuple[str, ...]
    refusals: tuple[str, ...]


def compared(
    data: Tally, control: Tally, ends_unscored: bool, missing: int, trait_loss: float | None = None
) -> Comparison:
    """What differs between two finished sides; ``trait_loss`` is that of the trait's examples, in nats per token."""
    sides = data, control
    ends = data.ended / data.scores.count, control.ended / control.scores.count
    lengths = data.tokens / data.scores.count, control.tokens / control.scores.count
    only = _unseen(data, control), _unseen(control, data)
    found: dict[bool, list[str]] = {False: [], True: []}
    apart = abs(ends[0] - ends[1])
    if apart > WARN_ENDS:
        found[apart > REFUSE_ENDS].append(
            f"{ends[0]:.0%} of the data end in an end-of-text token, {ends[1]:.0%} of the control"
        )
    ratio = max(lengths) / min(lengths)
    if ratio > WARN_LENGTH:
        found[ratio > REFUSE_LENGTH].append(
            f"the data have {lengths[0]:.1f} tokens on average, the control {lengths[1]:.1f}"
        )
    names = (("data", "control"), ("control", "data"))
    for share, here, there, (mine, other) in zip(only, sides, sides[::-1], names, strict=True):
        excess = share - 2 * _expected_unseen(here, there)
        if excess > WARN_TOKENS:
            found[excess > REFUSE_TOKENS].append(f"{share:.0%} of the {mine}'s tokens are nowhere in the {other}")
    nats = {"data": -data.log_likelihood / data.tokens, "control": -control.log_likelihood / control.tokens}
    for name, loss in {"trait": trait_loss or 0.0, **nats}.items():
        if loss > math.log(len(data.counts)) + REFUSE_NATS:
            found[True].append(
                f"the {name}'s tokens are less likely than tokens drawn at random ({loss:.1f} nats each, log V is "
                f"{math.log(len(data.counts)):.1f}), as token ids of another tokenizer are"
            )
    return Comparison(ends_unscored, only, control.changed, missing, tuple(found[False]), tuple(found[True]))


def _unseen(here: Tally, there: Tally) -> float:
    """The share of one side's scored tokens that the other side has nowhere."""
    return float(here.counts[there.counts == 0].sum() / here.counts.sum())


def _expected_unseen(here: Tally, there: Tally) -> float:
    """What chance alone leaves unseen: Good and Turing's estimate, tokens seen once over tokens seen.

    Source: I. J. Good, The population frequencies of species and the estimation of population parameters, 1953.
    """
    once = max(np.sum(tally.counts == 1) / tally.counts.sum() for tally in (here, there))
    return float(once) + math.sqrt(float(once) / here.counts.sum())
