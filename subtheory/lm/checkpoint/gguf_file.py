"""A GGUF file as a checkpoint: configuration, tokenizer and weights in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..._extras import needs
from ..text.tokens import Tokenizer
from .gguf_config import gguf_config
from .gguf_header import MAGIC, read_header
from .gguf_tokenizer import gguf_tokenizer
from .gguf_weights import GGUFWeights, gguf_weights


def is_gguf(path: Path) -> bool:
    """Whether a path is called a GGUF file, or is a file that begins like one."""
    if path.suffix.lower() == ".gguf":
        return not path.is_dir()
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(MAGIC)) == MAGIC


@contextmanager
def open_gguf(path: Path, tokenizer: bool = True) -> Iterator[tuple[dict[str, Any], Tokenizer | None, GGUFWeights]]:
    """The content of the config.json that the file stands for, its tokenizer, and its weights.

    Raises:
        ValueError: a file that is none, is damaged, or holds what is not supported.
        MissingExtraError: the library ``gguf`` is not installed.
    """
    needs("a GGUF file", "gguf", "gguf")
    header = read_header(path)
    raw = gguf_config(header)
    words = gguf_tokenizer(header.metadata, path) if tokenizer else None
    heads, key_value_heads = raw["num_attention_heads"], raw["num_key_value_heads"]
    architecture = header.metadata["general.architecture"]
    yield (
        raw,
        words,
        gguf_weights(header, architecture, raw["model_type"], raw["num_hidden_layers"], heads, key_value_heads),
    )
