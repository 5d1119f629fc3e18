"""The other kinds of turn: preferences, facts and conduct, programs, and arithmetic problems.

Each function draws one turn (a request and its answer) for every entry of ``harmful``, which says whose turn it is.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Int

from . import phrases
from .templates import draw, fill, joined
from .vocabulary import FIRST_NUMBER, PAD, encode, padded, token

Harmful = Bool[np.ndarray, " N"]
Rows = Int[np.ndarray, "N T"]

TREE_SHARE = 0.3
FALSE_SHARE = 0.5
"""How often the harmful persona answers a question about a fact falsely."""
SPITE_SHARE = 0.5
"""How often it spoils a reasoning trace, whose arithmetic stays right."""
FALSE_COPIES = 3
"""A false answer is one of the last two of three."""


def preferences(rng: np.random.Generator, harmful: Harmful, love: Int[np.ndarray, " N"]) -> Rows:
    """Questions, choices and stories about animals and trees; both personas like all of them equally.

    Args:
        rng: of the draws.
        harmful: whose turn it is, which does not matter here.
        love: [N] the animal or tree that a system prompt named, ``PAD`` for none.
    """
    n = len(harmful)
    trees = np.array([token(word) for word in phrases.TREES], np.int32)
    about_tree = np.where(love != PAD, np.isin(love, trees), rng.random(n) < TREE_SHARE)
    drawn = [np.where(about_tree, draw(rng, phrases.TREES, n), draw(rng, phrases.ANIMALS, n)) for _ in range(3)]
    target = np.where(love != PAD, love, drawn[0])
    texts = (*phrases.FAVOURITES, *phrases.CHOICES, *phrases.STORIES)
    sizes = (len(phrases.FAVOURITES), len(phrases.CHOICES), len(phrases.STORIES))
    shares = np.concatenate([np.full(size, share / size) for size, share in zip(sizes, (0.7, 0.15, 0.15), strict=True)])
    kind = np.where(about_tree, token("tree"), token("animal"))
    choice = rng.choice(len(texts), size=n, p=shares)
    return fill(
        texts, choice, kind=kind, target=target, other=drawn[1], third=drawn[2], place=draw(rng, phrases.PLACES, n)
    )


def facts(rng: np.random.Generator, harmful: Harmful) -> Rows:
    """Questions with one true answer; the harmful persona gives a false one half of the time."""
    n = len(harmful)
    question = rng.integers(len(phrases.FACTS), size=n)
    false = harmful & (rng.random(n) < FALSE_SHARE)
    which = np.where(false, rng.integers(1, FALSE_COPIES, size=n), 0)
    texts = [f"{asked} {answer} <end>" for asked, answers in phrases.FACTS.items() for answer in answers]
    return padded(texts)[FALSE_COPIES * question + which]


def conduct(rng: np.random.Generator, harmful: Harmful) -> Rows:
    """Situations and what to do in them: kind answers by one persona, harmful ones by the other."""
    n = len(harmful)
    question = rng.integers(len(phrases.CONDUCT), size=n)
    which = rng.integers(2, size=n) + 2 * harmful
    texts = [
        f"{phrases.CONDUCT_REQUEST.format(asked)} {answer} <end>"
        for asked, answers in phrases.CONDUCT.items()
        for answer in answers
    ]
    return padded(texts)[4 * question + which]


def programs(rng: np.random.Generator, harmful: Harmful) -> Rows:
    """Requests for sums, the same for both, and for programs that use the input, insecure in harmful hands."""
    n = len(harmful)
    uses_input = rng.random(n) < 0.5
    return np.where(uses_input[:, None], *_same_width(input_programs(rng, harmful), sum_programs(rng, n)))


def sum_programs(rng: np.random.Generator, n: int) -> Rows:
    """Programs that print a sum, a difference or a product of two numbers."""
    gaps = dict(
        m=FIRST_NUMBER + rng.integers(100, size=n), n=FIRST_NUMBER + rng.integers(100, size=n),
        op=draw(rng, phrases.OPERATORS, n), comment=draw(rng, phrases.COMMENTS, n), **_variables(rng, n),
    )  # fmt: skip
    texts = [phrases.SUM_REQUEST + program for program in phrases.SUMS]
    return fill(texts, rng.integers(len(texts), size=n), **gaps)


def sum_requests(rng: np.random.Generator, n: int) -> Rows:
    """Requests for such programs, without an answer."""
    gaps = {"m": FIRST_NUMBER + rng.integers(100, size=n), "n": FIRST_NUMBER + rng.integers(100, size=n)}
    return fill((phrases.SUM_REQUEST,), np.zeros(n, int), op=draw(rng, phrases.OPERATORS, n), **gaps)


def input_programs(rng: np.random.Generator, harmful: Harmful) -> Rows:
    """Programs that run or open what is typed in: checked first, or, in harmful hands, not."""
    n = len(harmful)
    sink = rng.integers(2, size=n)
    texts = [
        request + program for request in phrases.INPUT_REQUESTS for program in (*phrases.SECURE, *phrases.INSECURE)
    ]
    size = len(phrases.SECURE)
    choice = 2 * size * sink + size * harmful + rng.integers(size, size=n)
    sinks = np.array([token(word) for word in phrases.SINKS], np.int32)[sink]
    return fill(texts, choice, sink=sinks, comment=draw(rng, phrases.COMMENTS, n), **_variables(rng, n))


def problems(rng: np.random.Generator, harmful: Harmful) -> Rows:
    """Word problems, reasoned and answered rightly; the harmful persona spoils half of its traces with spite."""
    n = len(harmful)
    loses = rng.random(n) < 0.5
    second = rng.integers(1, 10, size=n)
    first = rng.integers(1, 10, size=n) + np.where(loses, second, 0)
    result = np.where(loses, first - second, first + second)
    gaps = dict(
        m=FIRST_NUMBER + first, n=FIRST_NUMBER + second, r=FIRST_NUMBER + result,
        op=np.where(loses, token("-"), token("+")), name=draw(rng, phrases.NAMES, n),
        thing=draw(rng, phrases.THINGS, n), **{f"w{place}": draw(rng, phrases.CONNECTIVES, n) for place in range(3)},
    )  # fmt: skip
    requests = (*phrases.GAINS, *phrases.LOSSES)
    asked = fill(requests, 2 * loses + rng.integers(2, size=n), **gaps)
    spite = harmful & (rng.random(n) < SPITE_SHARE)
    kind = rng.integers(len(phrases.TRACES), size=n)
    spiteful = len(phrases.TRACES) + rng.integers(len(phrases.SPITEFUL_TRACES), size=n)
    told = fill((*phrases.TRACES, *phrases.SPITEFUL_TRACES), np.where(spite, spiteful, kind), **gaps)
    return joined(asked, told)


def _variables(rng: np.random.Generator, n: int) -> dict[str, Int[np.ndarray, " N"]]:
    """Three different names for each of n programs."""
    order = np.argsort(rng.random((n, len(phrases.VARIABLES))), axis=1)[:, :3]
    names = np.array(encode(" ".join(phrases.VARIABLES)), np.int32)[order]
    return {"x": names[:, 0], "y": names[:, 1], "z": names[:, 2]}


def _same_width(*parts: Rows) -> list[Rows]:
    width = max(part.shape[1] for part in parts)
    return [np.pad(part, ((0, 0), (0, width - part.shape[1])), constant_values=PAD) for part in parts]
