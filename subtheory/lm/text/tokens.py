"""Text to token ids and back, and chat templates."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        def refuse(message: str) -> None:
            raise ValueError(f"the chat template refuses these messages: {message}")

        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = refuse
        environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
        environment.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
        known = {name: _content(self.settings.get(name)) for name in ("bos_token", "eos_token", "pad_token")}
        given = {**known, "messages": list(messages), "add_generation_prompt": reply, **values}
        try:
            return environment.from_string(self.chat_template).render(given)
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


def _content(token: Any) -> str:
    """The text of a special token, which a settings file gives plainly or as a dictionary."""
    if isinstance(token, Mapping):
        token = token.get("content")
    return token or ""
