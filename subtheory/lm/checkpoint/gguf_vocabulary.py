"""The vocabulary in a GGUF file's metadata: its tokens, their kinds, and the merges that their scores mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NORMAL, CONTROL, GIVEN = 1, 3, 4
"""Kinds of tokens; of the others, unknown (2), unused (5) and bytes (6), nothing is asked."""

SPECIAL = {"bos_token": "bos", "eos_token": "eos", "unk_token": "unknown", "pad_token": "padding"}


@dataclass(frozen=True)
class Vocabulary:
    """A file's tokens.

    Attributes:
        tokens: by id.
        ids: token → id.
        kinds: by id.
        scores: by id; empty where there are none.
        special: name of a special token, as tokenizer_config.json has it → its id.
    """

    tokens: list[str] = field(repr=False)
    ids: dict[str, int] = field(repr=False)
    kinds: list[int] = field(repr=False)
    scores: list[float] = field(repr=False)
    special: Mapping[str, int]

    @property
    def control(self) -> list[str]:
        """Tokens that are never text, in the order of their ids."""
        return self._of(CONTROL)

    @property
    def given(self) -> list[str]:
        """Tokens that are text and are never cut."""
        return self._of(GIVEN)

    def merges(self) -> list[tuple[str, str]]:
        """The merges by which SentencePiece finds the tokens: those of a higher score first.

        >>> Vocabulary(["a", "b", "ab"], {"a": 0, "b": 1, "ab": 2}, [1, 1, 1], [-2.0, -3.0, -1.0], {}).merges()
        [('a', 'b')]
        """
        ids, found = self.ids, []
        for place, token in enumerate(self.tokens):
            if self.kinds[place] != NORMAL or len(token) < 2:
                continue
            for cut in range(1, len(token)):
                left, right = token[:cut], token[cut:]
                if left in ids and right in ids:
                    found.append((-self.scores[place], place, ids[left], ids[right]))
        return [(self.tokens[left], self.tokens[right]) for _, _, left, right in sorted(found)]

    def _of(self, kind: int) -> list[str]:
        return [token for token, own in zip(self.tokens, self.kinds, strict=True) if own == kind]


def read_vocabulary(metadata: Mapping[str, Any], where: str) -> Vocabulary:
    """The tokens of a file.

    Raises:
        ValueError: no tokens, lists of other lengths, a token twice, or special tokens outside the vocabulary.
    """
    tokens = metadata.get("tokenizer.ggml.tokens")
    if not isinstance(tokens, list) or not tokens or not isinstance(tokens[0], str):
        raise ValueError(f"{where} has a tokenizer without tokens; expected tokenizer.ggml.tokens, a list of texts.")
    lists: dict[str, list[Any]] = {}
    wanted = {"token_type": [NORMAL] * len(tokens)}
    if metadata.get("tokenizer.ggml.model") == "llama":
        wanted["scores"] = []
    for key, otherwise in wanted.items():
        lists[key] = metadata.get(f"tokenizer.ggml.{key}", otherwise)
        if not isinstance(lists[key], list) or len(lists[key]) != len(tokens) or isinstance(lists[key][0], str):
            raise ValueError(f"{where} has {len(tokens):,} tokens; expected as many numbers in tokenizer.ggml.{key}.")
    ids = {token: place for place, token in enumerate(tokens)}
    if len(ids) != len(tokens):
        twice = next(token for place, token in enumerate(tokens) if ids[token] != place)
        raise ValueError(f"{where} holds the token {twice!r} twice; expected every token once.")
    special = {}
    for key, theirs in SPECIAL.items():
        place = metadata.get(f"tokenizer.ggml.{theirs}_token_id")
        if place is None:
            continue
        if not isinstance(place, int) or not 0 <= place < len(tokens):
            raise ValueError(f"{where} gives its {theirs} token as {place!r}; expected an id below {len(tokens):,}.")
        special[key] = place
    return Vocabulary(tokens, ids, lists["token_type"], lists.get("scores", []), special)
