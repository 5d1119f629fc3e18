"""Conversations as they are published: roles and contents, ShareGPT's names for them, parts of text, weights."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Pair: TypeAlias = tuple[str, str]
"""A message: (role, content)."""

ROLES = {"human": "user", "gpt": "assistant"}
"""ShareGPT's names of the two sides; every other name stays."""
READ = ("role", "content", "from", "value", "weight")
"""What is read of a message."""


class Conversation(NamedTuple):
    """Messages, and which may be scored.

    Attributes:
        messages: all of them.
        replies: places of the assistant's messages, without those that weigh nothing.
        unread: what else the messages hold, as ``messages.NAME``.
    """

    messages: tuple[Pair, ...]
    replies: tuple[int, ...]
    unread: tuple[str, ...]


def is_messages(value: Any) -> bool:
    """Whether a field holds messages rather than text or token ids."""
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def read_messages(value: Any, where: str, first: int = 0) -> Conversation:
    """A list of messages, each ``{"role", "content"}`` or ``{"from", "value"}``.

    Args:
        value: the list.
        where: what to call it in complaints.
        first: the place of the first message that may be scored.

    Raises:
        ValueError: anything else, or a content that is no text.
    """
    pairs, replies, extra = [], [], {}
    for place, message in enumerate(value if isinstance(value, list) else [{}]):
        role, content = _role_and_content(message, where)
        pairs.append((role, content))
        extra.update({f"messages.{name}": None for name in message if name not in READ and message[name] is not None})
        if role == "assistant" and place >= first and message.get("weight", 1) != 0:
            replies.append(place)
    return Conversation(tuple(pairs), tuple(replies), tuple(extra))


def last_reply(read: Conversation, where: str, value: list[Any]) -> int:
    """The place of the message that ends the conversation, if it is the assistant's and is to be learnt.

    Raises:
        ValueError: it is not.
    """
    pairs = read.messages
    if pairs and value[-1].get("weight", 1) == 0:
        raise ValueError(f"the last message in {where} has weight 0, which asks not to learn it; leave the line out.")
    if not pairs or pairs[-1][0] != "assistant" or not pairs[-1][1]:
        raise ValueError(f"the messages in {where} do not end in an assistant's text; expected one to be scored.")
    return len(pairs) - 1


def all_replies(read: Conversation, where: str) -> tuple[int, ...]:
    """The places of all messages that are to be scored.

    Raises:
        ValueError: there is none, or one without text.
    """
    if not read.replies:
        raise ValueError(f"the messages in {where} have no assistant's turn that may be scored; leave the line out.")
    for place in read.replies:
        if not read.messages[place][1]:
            raise ValueError(f"message {place + 1} in {where} is an assistant's without text; give it weight 0.")
    return read.replies


def _role_and_content(message: Any, where: str) -> Pair:
    if isinstance(message, dict) and {"role", "content"} <= message.keys():
        role, content = message["role"], message["content"]
    elif isinstance(message, dict) and {"from", "value"} <= message.keys():
        role, content = message["from"], message["value"]
    else:
        raise ValueError(
            f"the messages in {where} are no list of objects with role and content (or from and value); expected one."
        )
    if isinstance(content, list):
        content = _joined(content, where)
    if not (isinstance(role, str) and isinstance(content, str)):
        raise ValueError(f"a message in {where} has a role or content that is no text; expected text.")
    return ROLES.get(role, role), content


def _joined(parts: list[Any], where: str) -> str:
    """A content that is a list of parts, all of which must be text: one behind the other, with nothing between."""
    texts = []
    for part in parts:
        text = part.get("text") if isinstance(part, dict) and part.get("type", "text") == "text" else part
        if not isinstance(text, str):
            kind = part.get("type") if isinstance(part, dict) else type(part).__name__
            raise ValueError(f"a message in {where} has a part of type {kind!r} that is no text; expected text alone.")
        texts.append(text)
    return "".join(texts)
