"""The tokenizer that a GGUF file's metadata describe, made with the ``tokenizers`` library."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..._names import known_name
from ..text.tokens import Tokenizer
from .gguf_vocabulary import Vocabulary, read_vocabulary

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = _CONTRACTIONS + r"\p{N}{1,3}" + _REST
QWEN2 = _CONTRACTIONS + r"\p{N}" + _REST
SPLITS = ("gpt-2", "smollm", "llama-bpe", "llama3", "qwen2")
"""Ways of cutting a text before its pieces are merged, as ``tokenizer.ggml.pre`` names them."""

MODELS = ("gpt2", "llama")
"""Kinds of tokenizers, as ``tokenizer.ggml.model`` names them: byte-level BPE's merges, SentencePiece's scores."""


def gguf_tokenizer(metadata: Mapping[str, Any], path: Path) -> Tokenizer:
    """The file's tokenizer, its special tokens and its chat template.

    Raises:
        ValueError: an unsupported kind (named, with those that are), or metadata of which no tokenizer can be made.
    """
    where = f"{str(path)!r}"
    model = metadata.get("tokenizer.ggml.model")
    if model is None:
        raise ValueError(f"{where} has no tokenizer; expected one, or tokenizer=False to work with token ids alone.")
    known_name(f"kind of tokenizer in {where}", str(model), MODELS)
    vocabulary = read_vocabulary(metadata, where)
    try:
        backend = _byte_level(metadata, vocabulary, where) if model == "gpt2" else _sentence_piece(metadata, vocabulary)
    except ValueError:
        raise
    except Exception as error:  # the library raises bare Exception
        raise ValueError(f"{where} describes no tokenizer that can be made ({error}); convert it again.") from error
    _add_special(backend, metadata, vocabulary, model, where)
    settings = {key: vocabulary.tokens[place] for key, place in vocabulary.special.items()}
    template = metadata.get("tokenizer.chat_template")
    template = template if isinstance(template, str) else None
    written = settings | ({} if template is None else {"chat_template": template})
    files = {"tokenizer.json": backend.to_str(), "tokenizer_config.json": json.dumps(written, indent=2) + "\n"}
    return Tokenizer(backend, settings, template, {name: text.encode() for name, text in files.items()})


def _byte_level(metadata: Mapping[str, Any], vocabulary: Vocabulary, where: str) -> Any:
    from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers
    from tokenizers import Tokenizer as Backend

    split = known_name(f"tokenizer.ggml.pre in {where}", str(metadata.get("tokenizer.ggml.pre")), SPLITS)
    merges = metadata.get("tokenizer.ggml.merges")
    if not isinstance(merges, list) or not all(isinstance(one, str) and " " in one[1:] for one in merges):
        raise ValueError(f"{where} has no list of merges, two pieces in each; expected tokenizer.ggml.merges.")
    pairs = [(one[: one.index(" ", 1)], one[one.index(" ", 1) + 1 :]) for one in merges]
    three = split in ("llama-bpe", "llama3")
    backend = Backend(models.BPE(vocab=vocabulary.ids, merges=pairs, ignore_merges=three))
    if split in ("gpt-2", "smollm"):
        steps: list[Any] = [pre_tokenizers.ByteLevel(add_prefix_space=False)]
        if split == "smollm":
            steps.insert(0, pre_tokenizers.Digits(individual_digits=True))
    else:
        pattern = Regex(LLAMA3 if three else QWEN2)
        steps = [pre_tokenizers.Split(pattern, "isolated")]
        steps.append(pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False))
    if split == "qwen2":
        backend.normalizer = normalizers.NFC()
    backend.pre_tokenizer = pre_tokenizers.Sequence(steps)
    backend.decoder = decoders.ByteLevel()
    return backend


def _sentence_piece(metadata: Mapping[str, Any], vocabulary: Vocabulary) -> Any:
    from tokenizers import Tokenizer as Backend
    from tokenizers import decoders, models, normalizers

    unknown = vocabulary.special.get("unk_token")
    word = None if unknown is None else vocabulary.tokens[unknown]
    pairs = vocabulary.merges()
    backend = Backend(models.BPE(vocabulary.ids, pairs, unk_token=word, fuse_unk=True, byte_fallback=True))
    prefix = bool(metadata.get("tokenizer.ggml.add_space_prefix", True))
    steps: list[Any] = [normalizers.Replace(" ", "▁")]
    backwards: list[Any] = [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    if prefix:
        steps.insert(0, normalizers.Prepend("▁"))
        backwards.append(decoders.Strip(" ", 1, 0))
    backend.normalizer = normalizers.Sequence(steps)
    backend.decoder = decoders.Sequence(backwards)
    return backend


def _add_special(backend: Any, metadata: Mapping[str, Any], vocabulary: Vocabulary, model: str, where: str) -> None:
    """Tokens that are never cut, and those that are put around a text."""
    from tokenizers import AddedToken, processors

    backend.add_special_tokens([AddedToken(word, normalized=False, special=True) for word in vocabulary.control])
    backend.add_tokens([AddedToken(word, normalized=False) for word in vocabulary.given])
    begins = model == "llama" or metadata.get("tokenizer.ggml.pre") in ("llama-bpe", "llama3")
    around = {
        "bos_token": bool(metadata.get("tokenizer.ggml.add_bos_token", begins)),
        "eos_token": bool(metadata.get("tokenizer.ggml.add_eos_token", False)),
    }
    wanted = [key for key, put in around.items() if put]
    for key in wanted:
        if key not in vocabulary.special:
            raise ValueError(
                f"{where} puts a token around every text but does not say which; expected its {key[:3]} id."
            )
    if wanted:
        words = {key: vocabulary.tokens[vocabulary.special[key]] for key in wanted}
        single = _around(words, "A", 0)
        ids = [(word, vocabulary.special[key]) for key, word in words.items()]
        backend.post_processor = processors.TemplateProcessing(single, [*single, *_around(words, "B", 1)], ids)


def _around(words: Mapping[str, str], which: str, part: int) -> Sequence[str]:
    before, after = ([f"{words[key]}:{part}"] if key in words else [] for key in ("bos_token", "eos_token"))
    return [*before, f"${which}:{part}", *after]
