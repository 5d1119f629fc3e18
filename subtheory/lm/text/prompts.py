"""Prompts: a line each from a text file, and as the tokens that a model is given."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..model import LanguageModel
from .files import reading, text_of


def read_prompts(path: Path | str) -> list[str]:
    """The lines of a text file that are not blank; a byte-order mark is none of its text.

    Raises:
        ValueError: a file that cannot be read, is neither UTF-8 nor UTF-16, or holds no prompt.
    """
    try:
        with reading(Path(path), "a prompt on every line"):
            lines = text_of(Path(path)).splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{str(path)!r} is not text in UTF-8 ({error}); expected a prompt on every line.") from None
    prompts = [line for line in lines if line.strip()]
    if not prompts:
        raise ValueError(f"{str(path)!r} holds no prompts; expected one on every line.")
    return prompts


def encoded_prompts(
    lm: LanguageModel, prompts: Sequence[str], system: str | None = None, *, chat: bool = False
) -> list[list[int]]:
    """Prompts as token ids; as a user's turn after a system prompt, where there is one.

    Args:
        lm: whose tokenizer and chat template are used.
        prompts: texts.
        system: what the system turn says; None for none.
        chat: whether prompts are put into the chat template without a system turn as well.

    Raises:
        ValueError: a model without tokenizer, or without a chat template where one is needed.
    """
    if lm.tokenizer is None:
        raise ValueError("this checkpoint was loaded without its tokenizer; expected one, to encode prompts.")
    if system is None and not chat:
        return [lm.tokenizer.encode(prompt) for prompt in prompts]
    before = [] if system is None else [{"role": "system", "content": system}]
    texts = [lm.tokenizer.chat([*before, {"role": "user", "content": prompt}]) for prompt in prompts]
    return [lm.tokenizer.encode(text, special=False) for text in texts]


def continuation_text(tokenizer: Any, prompt: Sequence[int], completion: Sequence[int]) -> str:
    """A completion as text that may be written behind its prompt, its leading space kept.

    A tokenizer may drop the space at the beginning of a text; so the text is what the completion adds to the prompt's.
    """
    before, whole = tokenizer.decode(prompt), tokenizer.decode([*prompt, *completion])
    return whole[len(before) :] if whole.startswith(before) else tokenizer.decode(completion)
