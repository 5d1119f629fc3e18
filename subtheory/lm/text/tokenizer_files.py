"""A tokenizer read from a checkpoint's folder: tokenizer.json, or vocab.json and merges.txt, and what stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from .._json_file import one_line, read_bytes, read_json, read_text, shown
from .byte_pairs import byte_pair_tokenizer
from .tokens import Tokenizer

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)
"""What is read, where it exists, and copied when a checkpoint is saved."""

LARGEST_GROWTH = 1000
"""By how much a tokenizer's replacements may lengthen a text; published ones do by 3."""

MOST_PARTS = 1000


class TokenizerFile(msgspec.Struct):
    """The parts of tokenizer.json that can do harm; the vocabulary is left to the library."""

    normalizer: dict[str, Any] | None = None
    pre_tokenizer: dict[str, Any] | None = None
    post_processor: dict[str, Any] | None = None
    decoder: dict[str, Any] | None = None


def load_tokenizer(folder: Path | str) -> Tokenizer:
    """Read a tokenizer, and what stands beside it, from a checkpoint's folder.

    Padding and truncation are taken out: a text's tokens are all of its tokens and nothing else.

    Raises:
        ValueError: no tokenizer, or one that cannot be read or would lengthen texts beyond measure.
    """
    folder = Path(folder)
    settings: dict[str, Any] = {}
    if (folder / "tokenizer_config.json").is_file():
        settings = read_json(folder / "tokenizer_config.json")
    files = {name: read_bytes(folder / name) for name in TOKENIZER_FILES if (folder / name).is_file()}
    if "tokenizer.json" in files:
        backend = _from_json(folder / "tokenizer.json", files["tokenizer.json"])
    elif (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
        backend = byte_pair_tokenizer(folder, settings)
        files["tokenizer.json"] = backend.to_str().encode()
    else:
        raise ValueError(_none(folder))
    backend.no_padding()
    backend.no_truncation()
    template = _template(settings.get("chat_template"), folder / "tokenizer_config.json")
    if (folder / "chat_template.jinja").is_file():
        template = read_text(folder / "chat_template.jinja")
    return Tokenizer(backend, settings, template, files)


def _from_json(path: Path, content: bytes) -> Any:
    import tokenizers

    try:
        parts = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=TokenizerFile)
        _check_parts(path, parts)
        return tokenizers.Tokenizer.from_str(content.decode("utf-8-sig"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{str(path)!r} is no tokenizer: {one_line(str(error))}.") from None
    except ValueError:
        raise
    except BaseException as error:  # the library raises bare Exception, or panics
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError(f"{str(path)!r} is no tokenizer: {one_line(str(error))}.") from None
        raise


def _check_parts(path: Path, parts: TokenizerFile) -> None:
    """Raise where replacements multiply a text's length, or a template puts no end of tokens around it."""
    growth, count = 1, 0
    waiting: list[Any] = [parts.normalizer, parts.pre_tokenizer, parts.post_processor, parts.decoder]
    while waiting:
        part = waiting.pop()
        count += 1
        if isinstance(part, Mapping):
            if part.get("type") == "Replace" and isinstance(part.get("content"), str):
                growth *= max(1, len(part["content"]))
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        if growth > LARGEST_GROWTH or (isinstance(part, str) and len(part) > 100 * MOST_PARTS) or count > 10**6:
            raise ValueError(
                f"{str(path)!r} lengthens texts {growth}-fold or more; expected a tokenizer that does by at most "
                f"{LARGEST_GROWTH}."
            )


def _template(given: Any, path: Path) -> str | None:
    """The chat template of tokenizer_config.json: text, or a list of named ones of which the default counts."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, list) and all(isinstance(one, Mapping) for one in given):
        named = {str(one.get("name")): one.get("template") for one in given}
        given = named.get("default")
        if given is None or isinstance(given, str):
            return given
    raise ValueError(
        f"chat_template in {str(path)!r} is {shown(given)}; expected text, or a list of objects with name and template."
    )


def _none(folder: Path) -> str:
    without = "or pass tokenizer=False to work with token ids alone."
    if (folder / "tokenizer.model").is_file():
        return (
            f"{str(folder)!r} has tokenizer.model alone, which is SentencePiece's; expected tokenizer.json: make it "
            f"with python -c \"from transformers import AutoTokenizer as A; A.from_pretrained('{folder.name}')"
            f".save_pretrained('{folder.name}')\" where transformers and sentencepiece are installed, {without}"
        )
    return (
        f"{str(folder)!r} has no tokenizer.json; expected one, or vocab.json and merges.txt: save it with "
        f"transformers' fast tokenizer, {without}"
    )
