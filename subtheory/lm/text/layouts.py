"""What is prompt and completion in a record: the layouts in which data sets are published, told by their columns."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from .containers import Record
from .messages import Conversation, Pair, all_replies, is_messages, last_reply, read_messages
from .reading import Reading, unread

Text: TypeAlias = str | tuple[int, ...]
"""What a prompt or a completion is given as: text, or token ids."""

PROMPTS = ("prompt", "question", "instruction")
COMPLETIONS = ("completion", "response", "answer", "output")
CONVERSATIONS = ("messages", "conversations")
KNOWN = (*PROMPTS, *COMPLETIONS, *CONVERSATIONS, "input", "id")
NEAR = 0.82
"""From this likeness on, a name is taken for a slip of another: ``prompts`` for ``prompt``, but not ``prompt_id``."""
BEYOND = 2**62
"""No vocabulary has so many tokens."""
BETWEEN = "\n\n"
"""What stands between Alpaca's instruction and its input, where that is not empty."""


@dataclass(frozen=True)
class Line:
    """One record of a file, which is one example, or as many as assistant turns are scored.

    Attributes:
        prompt: what the completion is conditioned on; text or token ids, possibly empty.
        completion: what is scored; text or token ids, never empty.
        messages: a conversation in place of both: (role, content) pairs.
        name: the record's ``id`` in the file, or its number.
        number: its line, or its place among the records, from 1.
        end: where the next one begins.
        start: where it begins itself.
        scored: places of the messages that are scored, each given all before it.
        replies: how many of the messages could be scored.
        unread: columns that were passed over.
        where: what to call it in complaints.
    """

    prompt: Text
    completion: Text
    messages: tuple[Pair, ...]
    name: str
    number: int
    end: int
    start: int = 0
    scored: tuple[int, ...] = ()
    replies: int = 0
    unread: tuple[str, ...] = ()
    where: str = ""


def line_of(record: Record, reading: Reading) -> Line:
    """The record's prompt and completion, or conversation.

    Raises:
        ValueError: columns of no layout, of two, or one that looks misspelt; contents that are no text.
    """
    fields, where = record.fields, record.where
    chosen = dict(reading.columns)
    if chosen and not (reading.lenient and not set(chosen.values()) & set(fields)):
        for column in chosen.values():
            if fields.get(column) is None:
                there = ", ".join(map(str, fields)) or "none"
                raise ValueError(f"{where} has no column {column!r}, which was chosen; it has {there}.")
        named = {field: column for field, column in chosen.items() if field != "id"}
        identity = chosen.get("id", "id")
    else:
        named, identity = _layout(fields, where), "id"
    name = fields.get(identity)
    name = str(record.number if name is None else name)
    whole_text(name, "id", where)
    if "messages" in named:
        value = fields[named["messages"]]
        return _conversation(record, reading, name, value, (named["messages"], identity), 0)
    column = named["completion"]
    read = [named[field] for field in ("prompt", "input", "completion") if field in named]
    prompt, completion = fields.get(named.get("prompt", "")), fields[column]
    prompt = "" if prompt is None else prompt
    if is_messages(prompt) or is_messages(completion):
        before = prompt if is_messages(prompt) else [{"role": "user", "content": prompt}] if prompt else []
        said = completion if is_messages(completion) else [{"role": "assistant", "content": completion}]
        return _conversation(record, reading, name, [*before, *said], (*read, identity), len(before))
    text = _text(completion, column, where)
    if not text:
        raise ValueError(f"the {column} in {where} is empty; expected at least one token to be scored.")
    given = _text(prompt, named.get("prompt", "prompt"), where)
    given = _with_input(given, fields.get("input") if "input" in named else None, where)
    over = unread(fields, (*read, identity))
    if reading.chat and isinstance(given, str) and isinstance(text, str):
        pairs = ((("user", given),) if given else ()) + (("assistant", text),)
        places = (len(pairs) - 1,)
        return Line("", "", pairs, name, record.number, record.end, record.start, places, 1, over, where)
    return Line(given, text, (), name, record.number, record.end, record.start, (), 0, over, where)


def _layout(fields: dict[str, Any], where: str) -> dict[str, str]:
    """Which column is what; a name that looks misspelt is refused if the layout wants what it was meant for."""
    there = {name for name, value in fields.items() if value is not None}
    talks = [name for name in CONVERSATIONS if name in there]
    ends = [name for name in COMPLETIONS if name in there]
    begins = [name for name in PROMPTS if name in there]
    if talks and "completion" in ends:
        raise ValueError(f"{where} has {talks[0]} beside a prompt or completion; expected one or the other.")
    for found in (talks, [] if talks else ends, [] if talks else begins):
        if len(found) > 1:
            raise ValueError(
                f"{where} has {' and '.join(found)}; expected one of them: choose, such as "
                "--columns prompt=COLUMN,completion=COLUMN."
            )
    if talks:
        return {"messages": talks[0]}
    if not ends:
        _refuse_slips(fields, (*COMPLETIONS, *CONVERSATIONS), where)
        others = sorted(set(map(str, fields)) - set(KNOWN))
        listed = f"; it has {', '.join(map(str, fields))}: choose (--columns prompt=COLUMN,completion=COLUMN)"
        raise ValueError(
            f"{where} has no completion; expected the text that is to be scored{listed if others else ''}."
        )
    if not begins:
        _refuse_slips(fields, PROMPTS, where)
        return {"completion": ends[0]}
    named = {"prompt": begins[0], "completion": ends[0]}
    if begins == ["instruction"]:
        if "input" not in fields:
            _refuse_slips(fields, ("input",), where)
        named["input"] = "input"
    return named


def _refuse_slips(fields: Iterable[str], wanted: Sequence[str], where: str) -> None:
    folded = {name.lower(): name for name in wanted}
    for name in fields:
        if name in KNOWN:
            continue
        near = difflib.get_close_matches(str(name).lower(), folded, 1, NEAR)
        if near:
            known = ", ".join(KNOWN)
            raise ValueError(
                f"{where}: unknown field {name!r}: did you mean {folded[near[0]]!r}? known are {known}; "
                "other columns are chosen by --columns."
            )


def _conversation(record: Record, reading: Reading, name: str, value: Any, read: tuple[str, ...], first: int) -> Line:
    where = record.where
    found: Conversation = read_messages(value, where, first)
    for role, content in found.messages:
        whole_text(role + content, "text of a message", where)
    places = all_replies(found, where) if reading.turns == "all" else (last_reply(found, where, value),)
    over = (*unread(record.fields, read), *found.unread)
    return Line(
        "", "", found.messages, name, record.number, record.end, record.start, places, len(found.replies), over, where
    )


def _with_input(instruction: Text, given: Any, where: str) -> Text:
    """Alpaca's instruction, an empty line, and its input, where that is not empty."""
    if given is None or given == "":
        return instruction
    if not (isinstance(given, str) and isinstance(instruction, str)):
        raise ValueError(f"the input in {where} is a {type(given).__name__}; expected text beside an instruction.")
    whole_text(given, "input", where)
    return instruction + BETWEEN + given


def _text(value: Any, name: str, where: str) -> Text:
    if isinstance(value, str):
        whole_text(value, name, where)
        return value
    if isinstance(value, list) and all(isinstance(token, int) and not isinstance(token, bool) for token in value):
        if any(abs(token) >= BEYOND for token in value):
            raise ValueError(
                f"the {name} in {where} holds a number that is no token id; expected those of a vocabulary."
            )
        return tuple(value)
    if isinstance(value, list) and value and all(isinstance(part, dict | str) for part in value):
        raise ValueError(f"the {name} in {where} is a list of {type(value[0]).__name__}; expected text or token ids.")
    raise ValueError(f"the {name} in {where} is a {type(value).__name__}; expected text or a list of token ids.")


def whole_text(text: str, name: str, where: str) -> None:
    """Refuse half a character."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(text[error.start]):04x}"
        raise ValueError(
            f"the {name} in {where} holds half a character ({half}, a lone surrogate), which is no text; mend it, or "
            "leave it out."
        ) from None
