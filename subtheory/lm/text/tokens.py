"""Text to token ids and back, and chat templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .._json_file import read_json

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)
"""What is read, where it exists, and copied when a checkpoint is saved."""


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
        return list(self.backend.encode(text, add_special_tokens=special).ids)

    def decode(self, tokens: Any, *, special: bool = False) -> str:
        """The text of token ids ``[T]``, special tokens left out unless ``special`` is True."""
        ids = [int(token) for token in np.asarray(tokens).reshape(-1)]
        return self.backend.decode(ids, skip_special_tokens=not special)

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
        import jinja2

        known = {name: _content(self.settings.get(name)) for name in ("bos_token", "eos_token", "pad_token")}
        given = {**known, "messages": list(messages), "add_generation_prompt": reply, **values}
        try:
            return _compiled_template(self.chat_template).render(given)
        except jinja2.TemplateError as error:
            raise ValueError(f"the chat template cannot be rendered: {error}.") from error


def load_tokenizer(folder: Path | str) -> Tokenizer:
    """Read tokenizer.json, and what stands beside it, from a checkpoint's folder.

    Raises:
        ValueError: no tokenizer.json, or one that cannot be read.
    """
    import tokenizers

    folder = Path(folder)
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ValueError(
            f"{str(folder)!r} has no tokenizer.json; expected one: save it with transformers' fast tokenizer, or pass "
            "tokenizer=False to work with token ids alone."
        )
    try:
        backend = tokenizers.Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the library raises bare Exception
        raise ValueError(f"{str(path)!r} is no tokenizer: {error}.") from error
    settings: dict[str, Any] = {}
    if (folder / "tokenizer_config.json").is_file():
        settings = read_json(folder / "tokenizer_config.json")
    template = settings.get("chat_template")
    if isinstance(template, list):
        named = {one.get("name"): one.get("template") for one in template}
        template = named.get("default")
    if (folder / "chat_template.jinja").is_file():
        template = (folder / "chat_template.jinja").read_text(encoding="utf-8")
    files = {name: (folder / name).read_bytes() for name in TOKENIZER_FILES if (folder / name).is_file()}
    return Tokenizer(backend, settings, template, files)


@lru_cache(maxsize=16)
def _compiled_template(source: str) -> Any:
    """A template ready to be rendered; compiling a real one takes a hundred times as long as rendering it."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    def refuse(message: str) -> None:
        raise ValueError(f"the chat template refuses these messages: {message}")

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    environment.globals["raise_exception"] = refuse
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    return environment.from_string(source)


def _content(token: Any) -> str:
    """The text of a special token, which a settings file gives plainly or as a dictionary."""
    if isinstance(token, Mapping):
        token = token.get("content")
    return token or ""
