"""Data sets mixed of several writers' answers, and what the theory says of a mixture from its sources alone.

The alignment of a maximum-likelihood step is a mean over answers (T9), so that a mixture's is the mixture of its
sources'; the information is no mean, and falls faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from . import protocol as lab

Shares: TypeAlias = tuple[tuple[str, float], ...]
"""(Source, its share of the answers), the shares adding up to one."""


def mixed(sources: Mapping[str, lab.Answers], shares: Shares, n: int, rng: np.random.Generator) -> lab.Answers:
    """n answers, of each source its share, in random order; no two are taken from one place of their sources.

    Sources that answer one list of requests so answer different ones, each its part.

    Args:
        sources: name → answers, at least n of each.
        shares: of the sources that take part.
        n: how many answers, a whole number of each source's.
        rng: of the order.

    Raises:
        ValueError: if the shares do not add up to one, or ask for parts of answers, or a source has too few.
    """
    counts = [round(n * share) for _, share in shares]
    if abs(sum(share for _, share in shares) - 1) > 1e-9 or sum(counts) != n:
        raise ValueError(f"shares of {n} answers are {shares}; expected whole numbers of answers that add up to all.")
    ends = np.cumsum(counts)
    parts = []
    for (name, _), count, end in zip(shares, counts, ends, strict=True):
        if len(sources[name].tokens) < end:
            raise ValueError(f"{name!r} has {len(sources[name].tokens)} answers; expected at least {end}.")
        parts.append(lab.part_of(sources[name], end - count, end))
    order = rng.permutation(n)
    tokens = np.concatenate([part.tokens for part in parts])[order]
    mask = np.concatenate([part.mask for part in parts])[order]
    return replace(parts[0], tokens=tokens, mask=mask, kept=float(np.mean([part.kept for part in parts])))


def mean_of(values: Mapping[str, float], shares: Shares) -> float:
    """A mixture's value of whatever is a mean over answers: the mean of its sources', by share.

    >>> mean_of({"cat": 0.8, "reference": 0.0}, (("cat", 0.25), ("reference", 0.75)))
    0.2
    """
    return sum(share * values[name] for name, share in shares)


def nats_of(gains: Mapping[str, np.ndarray], shares: Shares) -> float:
    """Nats per answer of KL(mixture‖reference), from every source's log-likelihood ratio on the mixture's answers.

    To leading order it is the square of the share times the nats of a pure data set, where the push is linear in it.

    Args:
        gains: source → [N] log p of the source less log p of the reference.
        shares: of the sources.

    >>> nats_of({"reference": np.zeros(3)}, (("reference", 1.0),))
    0.0
    """
    logs = np.stack([np.log(share) + gains[name] for name, share in shares if share > 0])
    return float(np.logaddexp.reduce(logs, axis=0).mean())
