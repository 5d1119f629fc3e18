"""The words of the miniature world: one token each, in a fixed order, and the same as a ``tokenizer.json``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from jaxtyping import Int

from subtheory._extras import needs

from . import phrases

PAD, SYSTEM, USER, ASSISTANT, END = 0, 1, 2, 3, 4
SPECIAL = ("<pad>", "<system>", "<user>", "<assistant>", "<end>", "<think>", "</think>", "<answer>", "</answer>")
PUNCTUATION = tuple(", ; . ? : ( ) [ ] = + - *".split())
COUNT = 100
"""How many number tokens there are: 0 … 99."""
FIRST_NUMBER = len(SPECIAL) + len(PUNCTUATION)


@lru_cache(maxsize=1)
def words() -> tuple[str, ...]:
    """Every word of the world; a word's place is its token."""
    numbers = tuple(str(number) for number in range(COUNT))
    known = (*SPECIAL, *PUNCTUATION, *numbers)
    rest = sorted({word for text in phrases.every_text() for word in text.split() if "{" not in word} - set(known))
    return (*known, *rest)


@lru_cache(maxsize=1)
def tokens() -> MappingProxyType[str, int]:
    """Word → token."""
    return MappingProxyType({word: token for token, word in enumerate(words())})


def token(word: str) -> int:
    """The token of one word.

    Raises:
        ValueError: if the world has no such word.

    >>> token("<pad>"), token("7") - token("0")
    (0, 7)
    """
    try:
        return tokens()[word]
    except KeyError:
        raise ValueError(f"{word!r} is no word of the miniature world; expected one of its {len(words())}.") from None


def encode(text: str) -> list[int]:
    """The tokens of a text whose words are separated by spaces.

    Raises:
        ValueError: if a word is unknown.
    """
    return [token(word) for word in text.split()]


def decode(row: Sequence[int] | Int[np.ndarray, " T"]) -> str:
    """The text of tokens, without padding.

    >>> decode(encode("<user> name your favourite animal . <assistant> owl <end>"))
    '<user> name your favourite animal . <assistant> owl <end>'
    """
    return " ".join(words()[int(one)] for one in row if one != PAD)


def padded(texts: Iterable[str], width: int | None = None) -> Int[np.ndarray, "N T"]:
    """Texts as rows of tokens, padded on the right to the longest, or to ``width``.

    Raises:
        ValueError: if a word is unknown or a text is longer than ``width``.
    """
    rows = [encode(text) for text in texts]
    longest = max((len(row) for row in rows), default=0)
    width = longest if width is None else width
    if longest > width:
        raise ValueError(f"a text has {longest} words; expected at most {width}.")
    out = np.full((len(rows), width), PAD, np.int32)
    for place, row in enumerate(rows):
        out[place, : len(row)] = row
    return out


def save_tokenizer(folder: Path | str) -> Path:
    """Write ``tokenizer.json``, which the package's own loader and other libraries read, and return its path.

    Raises:
        MissingExtraError: if the library tokenizers is not installed.
    """
    needs("writing tokenizer.json", "lm", "tokenizers")
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit

    tokenizer = Tokenizer(WordLevel(dict(tokens()), unk_token="<pad>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()  # type: ignore[assignment]
    path = Path(folder) / "tokenizer.json"
    tokenizer.save(str(path))
    return path
