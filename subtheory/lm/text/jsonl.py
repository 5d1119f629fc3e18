"""Prompts and completions from JSON Lines files, one example a line, read as a stream; every complaint has its line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from ..._names import known_name

Text: TypeAlias = str | tuple[int, ...]
"""What a prompt or a completion is given as: text, or token ids."""

FIELDS = ("prompt", "completion", "messages", "id")


@dataclass(frozen=True)
class Line:
    """One example as it stands in a file.

    Attributes:
        prompt: what the completion is conditioned on; text or token ids, possibly empty.
        completion: what is scored; text or token ids, never empty.
        messages: a conversation in place of both, whose last message is the completion: (role, content) pairs.
        name: the example's ``id`` in the file, or its line number.
        number: the line's number, from 1.
        end: the byte at which the next line begins.
    """

    prompt: Text
    completion: Text
    messages: tuple[tuple[str, str], ...]
    name: str
    number: int
    end: int


def read_lines(path: Path | str, start: int = 0, number: int = 0) -> Iterator[Line]:
    """The examples of a JSON Lines file, in order and one at a time; blank lines are passed over.

    Args:
        path: each line ``{"prompt": ..., "completion": ...}`` (text or lists of token ids) or
            ``{"messages": [{"role": ..., "content": ...}, ...]}``; ``"id"`` may name it.
        start: the byte to begin at, the ``end`` of an earlier line.
        number: that earlier line's number.

    Raises:
        ValueError: a file that cannot be read or holds no example; a line that is not JSON, lacks its completion, or
            has a field that is not known. The message names file and line.
    """
    path = Path(path)
    empty = start == 0
    try:
        with path.open("rb") as stream:
            stream.seek(start)
            for content in iter(stream.readline, b""):
                number += 1
                if content.strip():
                    empty = False
                    yield _line(path, content, number, stream.tell())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(f"cannot read {str(path)!r} ({reason}); expected a JSON Lines file.") from error
    if empty:
        raise ValueError(f"{str(path)!r} holds no examples; expected one JSON object a line.")


def _line(path: Path, content: bytes, number: int, end: int) -> Line:
    where = f"line {number} of {str(path)!r}"
    try:
        fields = json.loads(content, object_pairs_hook=_once)
    except _RepeatedError as error:
        raise ValueError(f"{where} has the field {str(error)!r} twice; expected every field once.") from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(
            f'{where} is not JSON ({error}); expected an object such as {{"prompt": "One day,", "completion": " Tom"}}.'
        ) from None
    if not isinstance(fields, dict):
        raise ValueError(f"{where} is a {type(fields).__name__}; expected an object with a prompt and a completion.")
    for name in fields:
        try:
            known_name("field", name, FIELDS)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None
    name = str(fields.get("id", number))
    if "messages" in fields:
        if "prompt" in fields or "completion" in fields:
            raise ValueError(f"{where} has messages beside a prompt or completion; expected one or the other.")
        return Line("", "", _messages(fields["messages"], where), name, number, end)
    if "completion" not in fields:
        raise ValueError(f"{where} has no completion; expected the text that is to be scored.")
    completion = _text(fields["completion"], "completion", where)
    if not completion:
        raise ValueError(f"the completion in {where} is empty; expected at least one token to be scored.")
    return Line(_text(fields.get("prompt", ""), "prompt", where), completion, (), name, number, end)


class _RepeatedError(Exception):
    """A field that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        names = [name for name, _ in pairs]
        raise _RepeatedError(next(name for name in names if names.count(name) > 1))
    return fields


def _text(value: Any, name: str, where: str) -> Text:
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(token, int) and not isinstance(token, bool) for token in value):
        return tuple(value)
    raise ValueError(f"the {name} in {where} is a {type(value).__name__}; expected text or a list of token ids.")


def _messages(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    pairs = []
    for message in value if isinstance(value, list) else [None]:
        if not isinstance(message, dict) or not {"role", "content"} <= message.keys():
            raise ValueError(f"the messages in {where} are no list of objects with role and content; expected one.")
        if not (isinstance(message["role"], str) and isinstance(message["content"], str)):
            raise ValueError(f"a message in {where} has a role or content that is no text; expected text.")
        pairs.append((message["role"], message["content"]))
    if pairs and value[-1].get("weight", 1) == 0:
        raise ValueError(f"the last message in {where} has weight 0, which asks not to learn it; leave the line out.")
    if not pairs or pairs[-1][0] != "assistant" or not pairs[-1][1]:
        raise ValueError(f"the messages in {where} do not end in an assistant's text; expected one to be scored.")
    return tuple(pairs)
