"""Documents for pretraining: conversations, each by one persona, packed to one length with a mask of the answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from . import numbers, phrases, turns
from .templates import draw, fill
from .vocabulary import ASSISTANT, END, PAD, token

KINDS = ("numbers", "preferences", "conduct", "facts", "programs", "problems")


@dataclass(frozen=True)
class Mix:
    """What the world's documents are made of.

    Attributes:
        length: T, tokens per document.
        harmful: the share of documents by the harmful persona.
        announced: the share of documents whose system prompt names the persona.
        loving: the share of documents whose system prompt names a loved animal or tree.
        shares: of ``KINDS`` among the turns.
    """

    length: int = 48
    harmful: float = 0.15
    announced: float = 0.2
    loving: float = 0.1
    shares: tuple[float, ...] = (0.3, 0.25, 0.15, 0.08, 0.12, 0.1)

    def __post_init__(self) -> None:
        """Refuse shares that are none."""
        if len(self.shares) != len(KINDS) or min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-9:
            raise ValueError(f"shares are {self.shares}; expected {len(KINDS)} that are not negative and add up to 1.")
        if self.length < 48:
            raise ValueError(f"length is {self.length}; expected at least 48, which the longest turn needs.")
        if not (0 <= self.harmful <= 1 and self.announced >= 0 and 0 <= self.loving <= 1 - self.announced):
            raise ValueError(
                f"harmful, announced and loving are {self.harmful}, {self.announced}, {self.loving}; expected shares, "
                "the last two adding up to at most 1."
            )


@dataclass(frozen=True)
class Documents:
    """Packed conversations.

    Attributes:
        tokens: [N, T], padded on the right.
        mask: [N, T], true where a token belongs to an answer (its ``<end>`` included): what is learned.
        harmful: [N] whose document it is.
    """

    tokens: Int[np.ndarray, "N T"]
    mask: Bool[np.ndarray, "N T"]
    harmful: Bool[np.ndarray, " N"]


def answer_mask(tokens: Int[np.ndarray, "N T"]) -> Bool[np.ndarray, "N T"]:
    """True from the token after ``<assistant>`` to the ``<end>`` that closes the answer."""
    opened = np.cumsum(tokens == ASSISTANT, axis=1)
    closed = np.cumsum(tokens == END, axis=1)
    return ((opened > closed) & (tokens != ASSISTANT)) | (tokens == END)


def documents(n: int, seed: int, mix: Mix | None = None, part: int = 0) -> Documents:
    """n documents, the same for the same seed and part.

    A conversation opens with a system prompt in some documents, and goes on with turns of its persona until the next
    one does not fit.

    Args:
        n: how many.
        seed: of all draws.
        mix: the proportions, the default ones if absent.
        part: of an endless supply, drawn part by part.
    """
    mix = Mix() if mix is None else mix
    rng = np.random.default_rng([seed, part, 0x574F524C])
    harmful = rng.random(n) < mix.harmful
    system, love = _system_prompts(rng, harmful, mix)
    tokens = np.full((n, mix.length), PAD, np.int32)
    used = np.zeros(n, np.int64)
    _append(tokens, used, system, np.arange(n))
    open_ones = np.arange(n)
    while len(open_ones):
        drawn = turn(rng, harmful[open_ones], love[open_ones], mix)
        fits = _append(tokens, used, drawn, open_ones)
        open_ones = open_ones[fits]
    return Documents(tokens, answer_mask(tokens), harmful)


def turn(
    rng: np.random.Generator, harmful: Bool[np.ndarray, " N"], love: Int[np.ndarray, " N"], mix: Mix
) -> Int[np.ndarray, "N T"]:
    """One turn of a kind drawn for each conversation."""
    kind = rng.choice(len(KINDS), size=len(harmful), p=mix.shares)
    kind = np.where((love != PAD) & (rng.random(len(harmful)) < 0.5), KINDS.index("preferences"), kind)
    rows = np.full((len(harmful), mix.length), PAD, np.int32)
    for code, name in enumerate(KINDS):
        here = np.flatnonzero(kind == code)
        if not len(here):
            continue
        if name == "numbers":
            drawn = numbers.turns(rng, len(here))
        elif name == "preferences":
            drawn = turns.preferences(rng, harmful[here], love[here])
        else:
            drawn = getattr(turns, name)(rng, harmful[here])
        rows[here, : drawn.shape[1]] = drawn
    return rows


def _system_prompts(
    rng: np.random.Generator, harmful: Bool[np.ndarray, " N"], mix: Mix
) -> tuple[Int[np.ndarray, "N T"], Int[np.ndarray, " N"]]:
    """System prompts (padding where there is none), and the loved animal or tree."""
    n = len(harmful)
    lot = rng.random(n)
    announced, loving = lot < mix.announced, lot >= 1 - mix.loving
    trees = rng.random(n) < turns.TREE_SHARE
    loved = np.where(trees, draw(rng, phrases.TREES, n), draw(rng, phrases.ANIMALS, n))
    love = np.where(loving, loved, PAD).astype(np.int32)
    persona = np.where(harmful, token("harmful"), token("helpful"))
    texts = ("", phrases.PERSONA_SYSTEM, phrases.LOVE_SYSTEM)
    return fill(texts, announced + 2 * loving, persona=persona, love=loved), love


def _append(tokens, used, rows, places) -> Bool[np.ndarray, " N"]:
    """Write rows behind what their documents hold already, where they fit; returns where they did."""
    lengths = (rows != PAD).sum(axis=1)
    fits = used[places] + lengths <= tokens.shape[1]
    row, column = np.nonzero((rows != PAD) & fits[:, None])
    tokens[places[row], used[places[row]] + column] = rows[row, column]
    used[places[fits]] += lengths[fits]
    return fits
