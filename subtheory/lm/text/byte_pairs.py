"""Byte-level byte-pair tokenizers as GPT-2 and Qwen publish them: vocab.json, merges.txt, special tokens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._names import known_name
from .._json_file import one_line, read_json, read_text, shown

GPT2_WORDS = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
QWEN2_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
CLASSES = {"GPT2Tokenizer": GPT2_WORDS, "GPTNeoXTokenizer": GPT2_WORDS, "Qwen2Tokenizer": QWEN2_WORDS}
"""Class in tokenizer_config.json (without ``Fast``) → how text is cut into words before pairs are joined."""


def byte_pair_tokenizer(folder: Path, settings: Mapping[str, Any]) -> Any:
    """The tokenizer of a folder with vocab.json and merges.txt.

    Args:
        folder: which may hold added_tokens.json as well.
        settings: the content of tokenizer_config.json; ``tokenizer_class`` says how words are cut, GPT-2's way if it is
            silent, ``added_tokens_decoder`` which tokens are special.

    Raises:
        ValueError: another class, a vocabulary that is none, or merges that do not fit it.
    """
    import tokenizers
    from tokenizers import decoders, models, normalizers, pre_tokenizers

    kind = str(settings.get("tokenizer_class") or "GPT2Tokenizer").removesuffix("Fast")
    words = CLASSES[known_name("tokenizer_class in tokenizer_config.json", kind[:80], CLASSES)]
    vocabulary = read_json(folder / "vocab.json")
    if not all(isinstance(number, int) and 0 <= number < 2**31 for number in vocabulary.values()):
        raise ValueError(f"{str(folder / 'vocab.json')!r} is no vocabulary; expected a number for each token.")
    lines = [line for line in read_text(folder / "merges.txt").split("\n") if line and not line.startswith("#version")]
    pairs: list[Any] = [tuple(line.rstrip("\r").split(" ")) for line in lines]
    if not all(len(pair) == 2 for pair in pairs):
        raise ValueError(f"{str(folder / 'merges.txt')!r} has a line that is no pair; expected two tokens a line.")
    try:
        backend = tokenizers.Tokenizer(models.BPE(vocabulary, pairs))
    except Exception as error:  # the library raises bare Exception
        raise ValueError(
            f"{str(folder)!r} has merges.txt that does not fit its vocab.json ({one_line(str(error))}); fetch both."
        ) from None
    if words is QWEN2_WORDS:
        backend.normalizer = normalizers.NFC()
    cut = pre_tokenizers.Split(tokenizers.Regex(words), "isolated")
    signs = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.pre_tokenizer = pre_tokenizers.Sequence([cut, signs])
    backend.decoder = decoders.ByteLevel()
    for content, options in _added(folder, settings, vocabulary):
        token = tokenizers.AddedToken(content, **options)
        (backend.add_special_tokens if options["special"] else backend.add_tokens)([token])
    return backend


def _added(
    folder: Path, settings: Mapping[str, Any], vocabulary: Mapping[str, int]
) -> list[tuple[str, dict[str, bool]]]:
    """Tokens that are found before words are cut, in the order of their numbers, which the library must give them."""
    given: dict[int, tuple[str, dict[str, bool]]] = {}
    if (folder / "added_tokens.json").is_file():
        for content, number in read_json(folder / "added_tokens.json").items():
            given[number if isinstance(number, int) else -1] = content, {"special": True, "normalized": False}
    listed = settings.get("added_tokens_decoder") or {}
    for number, token in listed.items() if isinstance(listed, Mapping) else [("", listed)]:
        content = token.get("content") if isinstance(token, Mapping) else None
        if not (number.isdecimal() and len(number) < 10 and isinstance(content, str) and 0 < len(content) <= 1000):
            raise ValueError(
                f"added_tokens_decoder in tokenizer_config.json holds {shown(token)}; expected objects with a content."
            )
        options = {key: token.get(key) is True for key in ("special", "lstrip", "rstrip", "single_word", "normalized")}
        given[int(number)] = content, options
    if not given and "<|endoftext|>" in vocabulary:
        given[vocabulary["<|endoftext|>"]] = "<|endoftext|>", {"special": True, "normalized": False}
    free = len(vocabulary)
    for number, (content, _) in sorted(given.items()):
        expected = vocabulary.get(content, free)
        if number != expected:
            raise ValueError(
                f"the added token {shown(content)} has the number {number}; expected {expected}, the next free one."
            )
        free += content not in vocabulary
    return [one for _, one in sorted(given.items())]
