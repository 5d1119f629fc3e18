"""Text to token ids and back, and chat templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .._json_file import one_line
from .chat_templates import render


def _byte_alphabet() -> dict[str, int]:
    """The signs that byte-level vocabularies write bytes with: printable ones stand for themselves, others are moved.

    Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019, section 2.2 (its published code).
    """
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    moved = [byte for byte in range(256) if byte not in plain]
    return {chr(byte): byte for byte in plain} | {chr(256 + place): byte for place, byte in enumerate(moved)}


BYTES = _byte_alphabet()


@dataclass(frozen=True, eq=False)
class Tokenizer:
    """The tokenizer of a checkpoint.

    Attributes:
        backend: of the ``tokenizers`` library.
        settings: the content of tokenizer_config.json.
        chat_template: a Jinja template, where the checkpoint has one.
        files: name → bytes of the checkpoint's tokenizer files, so that they can be saved unchanged.
    """

    backend: Any = field(repr=False)
    settings: Mapping[str, Any] = field(repr=False)
    chat_template: str | None = field(default=None, repr=False)
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    def encode(self, text: str, *, special: bool = True) -> list[int]:
        """Token ids of ``text``, with the tokens that the checkpoint puts around a text unless ``special`` is False."""
        return list(_quietly(lambda: self.backend.encode(text, add_special_tokens=special), "encode this text").ids)

    def decode(self, tokens: Any, *, special: bool = False) -> str:
        """The text of token ids ``[T]``, special tokens left out unless ``special`` is True."""
        ids = [int(token) for token in np.asarray(tokens).reshape(-1)]
        return _quietly(lambda: self.backend.decode(ids, skip_special_tokens=not special), "decode these tokens")

    def word(self, token: int) -> str:
        """One token of the vocabulary as a reader would write it; bytes that are no text alone in hexadecimal."""
        written = self.backend.id_to_token(token)
        if written is None:
            return str(token)
        if "ByteLevel" in str(self.backend.decoder) and all(sign in BYTES for sign in written):
            return bytes(BYTES[sign] for sign in written).decode("utf-8", "backslashreplace")
        if len(written) == 6 and written.startswith("<0x") and written.endswith(">"):
            return bytes([int(written[3:5], 16)]).decode("utf-8", "backslashreplace")
        return written.replace("▁", " ")

    def chat(self, messages: Sequence[Mapping[str, str]], *, reply: bool = True, **values: Any) -> str:
        """The text of a conversation by the checkpoint's own template; encode it with ``special=False``.

        Args:
            messages: ``{"role": "system" | "user" | "assistant", "content": text}``, in order.
            reply: whether the assistant's next turn is opened.
            values: further names that the template reads.

        Raises:
            ValueError: a checkpoint without a template, or messages that the template refuses.
        """
        if self.chat_template is None:
            raise ValueError("this checkpoint has no chat template; expected chat_template in tokenizer_config.json.")
        known = {name: _content(self.settings.get(name)) for name in ("bos_token", "eos_token", "pad_token")}
        return render(self.chat_template, messages, {**known, "add_generation_prompt": reply, **values})


def _content(token: Any) -> str:
    """The text of a special token, which a settings file gives plainly or as a dictionary."""
    if isinstance(token, Mapping):
        token = token.get("content")
    return token if isinstance(token, str) else ""


def _quietly(work: Callable[[], Any], what: str) -> Any:
    """What the ``tokenizers`` library gives; its errors and panics as one sentence.

    Raises:
        ValueError: whatever the library raises, which is a bare ``Exception``, or no ``Exception`` at all.
    """
    try:
        return work()
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError(f"the tokenizer cannot {what} ({one_line(str(error))}).") from None
        raise
