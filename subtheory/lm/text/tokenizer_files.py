"""A tokenizer read from a checkpoint's folder: tokenizer.json, or vocab.json and merges.txt, and what stands beside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from .._json_file import one_line, read_bytes, read_json, read_text, shown
from .byte_pairs import byte_pair_tokenizer
from .tokenizer_limits import harmless
from .tokens import Tokenizer

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "generation_config.json",
)
"""What is read, where it exists, and copied when a checkpoint is saved."""


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
        return tokenizers.Tokenizer.from_str(harmless(path, content))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ValueError(f"{str(path)!r} is no tokenizer: {one_line(str(error))}.") from None
    except ValueError:
        raise
    except BaseException as error:  # the library raises bare Exception, or panics
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise ValueError(f"{str(path)!r} is no tokenizer: {one_line(str(error))}.") from None
        raise


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
