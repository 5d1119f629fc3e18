"""How files of examples are read where that is a choice, and what a reader must be told of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..._names import known_name

TURNS = ("last", "all")
FIELDS = ("prompt", "completion", "messages", "id")
"""What columns may be chosen for."""
MOST_NAMES = 20
"""So many names of unread columns are kept; a file may have any number."""


@dataclass(frozen=True)
class Reading:
    """How records become examples.

    Attributes:
        turns: which of a conversation's assistant turns are scored: ``last``, or ``all``, each an example of its own,
            given everything before it.
        columns: (field, column) pairs: which column is the prompt, the completion, the messages, the id; if empty, the
            layout is recognised by its names.
        chat: whether a prompt and a completion of text are put into the chat template, as a user's turn and the reply.
        lenient: whether a record that has none of the columns is read by its own layout: of files beside the one that
            the columns were chosen for.
    """

    turns: str = "last"
    columns: tuple[tuple[str, str], ...] = ()
    chat: bool = False
    lenient: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be read so."""
        known_name("choice of turns", self.turns, TURNS)
        chosen = [field for field, _ in self.columns]
        for field in chosen:
            known_name("field", field, FIELDS)
        if len(set(chosen)) < len(chosen):
            raise ValueError(f"columns choose {' and '.join(chosen)}; expected every field once.")
        if chosen and ("messages" in chosen) == ("completion" in chosen):
            raise ValueError(
                f"columns choose {', '.join(chosen)}; expected either the completion (and the prompt) or the messages."
            )
        if "messages" in chosen and "prompt" in chosen:
            raise ValueError("columns choose a prompt beside messages; expected one or the other.")

    def beside(self) -> Reading:
        """The same for another file, which need not have the chosen columns."""
        return replace(self, lenient=True)


def chosen_columns(words: str) -> tuple[tuple[str, str], ...]:
    """Columns as a command line gives them.

    >>> chosen_columns("prompt=question,completion=answer")
    (('prompt', 'question'), ('completion', 'answer'))

    Raises:
        ValueError: something else.
    """
    pairs = [part.partition("=") for part in words.split(",")] if words else []
    if any(not (field.strip() and mark and column.strip()) for field, mark, column in pairs):
        raise ValueError(
            f"columns are {words!r}; expected FIELD=COLUMN,..., such as prompt=question,completion=answer."
        )
    return tuple((field.strip(), column.strip()) for field, _, column in pairs)


@dataclass(frozen=True)
class Notes:
    """What was noticed while a file was read.

    Attributes:
        unread: names of columns that were passed over, in the order in which they were seen.
        conversations: how many there were.
        several: how many of them have several assistant turns that could be scored.
    """

    unread: tuple[str, ...] = ()
    conversations: int = 0
    several: int = 0

    def adding(self, unread: Iterable[str], replies: int) -> Notes:
        """The notes after one more record, with so many assistant turns; 0 if it is no conversation."""
        new = tuple(name for name in unread if name not in self.unread)
        return Notes(
            (self.unread + new)[:MOST_NAMES] if new else self.unread,
            self.conversations + (replies > 0),
            self.several + (replies > 1),
        )

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Notes:
        """What ``dataclasses.asdict`` was made of."""
        return cls(tuple(stored["unread"]), int(stored["conversations"]), int(stored["several"]))

    def sentences(self, what: str, turns: str) -> list[str]:
        """The same in words.

        Args:
            what: what to call the file.
            turns: which turns were scored.
        """
        said = []
        if self.unread:
            more = " and perhaps others" if len(self.unread) == MOST_NAMES else ""
            said.append(f"{what}: not read: {', '.join(self.unread)}{more}")
        if self.conversations and turns == "all":
            said.append(
                f"{what}: every assistant turn of {self.conversations:,} conversations is an example of its own"
            )
        elif self.several:
            some = f"{self.several:,} of {self.conversations:,} conversations have several assistant turns"
            said.append(f"{what}: {some}, of which only the last is scored")
        return said


def unread(fields: Mapping[str, Any], read: Sequence[str]) -> tuple[str, ...]:
    """The columns that hold something and are not among those that were read."""
    return tuple(name for name, value in fields.items() if name not in read and value is not None)
