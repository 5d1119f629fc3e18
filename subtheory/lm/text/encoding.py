"""From text to the tokens that are scored, and the checks that tokens of a theory run must pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from jaxtyping import Int

from ..decoder.config import DecoderConfig
from .batches import Example
from .jsonl import Line, Text, read_lines
from .layouts import whole_text
from .reading import Notes, Reading

Given: TypeAlias = Path | str | Iterable[Example | tuple[Text, Text]]
"""Examples as a user may give them: a file, or (prompt, completion) pairs of text or token ids."""


def given_examples(
    given: Given, config: DecoderConfig, tokenizer: Any = None, reading: Reading | None = None
) -> list[Example]:
    """All of the examples that a user gave, as checked tokens, in memory.

    Args:
        given: a file, or pairs.
        config: the model's vocabulary and context.
        tokenizer: needed where text is given.
        reading: how a file is read, where that is chosen.

    Raises:
        ValueError: as ``encoded``, ``checked`` and ``read_lines``; or if there is no example at all.
    """
    return noted_examples(given, config, tokenizer, reading)[0]


def noted_examples(
    given: Given, config: DecoderConfig, tokenizer: Any = None, reading: Reading | None = None
) -> tuple[list[Example], Notes]:
    """The same, and what was noticed on the way.

    Raises:
        ValueError: as ``given_examples``.
    """
    examples, notes = [], Notes()
    if isinstance(given, Path | str):
        for found, line in line_examples(given, config, tokenizer, reading=reading):
            examples += found
            notes = notes.adding(line.unread, line.replies)
        return examples, notes
    for place, one in enumerate(given):
        if not isinstance(one, Example):
            name = str(place + 1)
            if not isinstance(one, Sequence) or isinstance(one, str) or len(one) != 2:
                raise ValueError(f"example {name} is {one!r}; expected a pair of a prompt and a completion.")
            one = encoded(*one, name, f"example {name}", config, tokenizer)
        examples.append(checked(one, f"example {one.name or place + 1}", config))
    if not examples:
        raise ValueError("got no examples; expected at least one pair of a prompt and a completion.")
    return examples, notes


def file_examples(
    path: Path | str, config: DecoderConfig, tokenizer: Any = None, start: int = 0, number: int = 0
) -> Iterator[tuple[Example, Line]]:
    """The examples of a file as checked tokens, one at a time, each with the line that it came from."""
    for examples, line in line_examples(path, config, tokenizer, start, number):
        for example in examples:
            yield example, line


def line_examples(
    path: Path | str,
    config: DecoderConfig,
    tokenizer: Any = None,
    start: int = 0,
    number: int = 0,
    reading: Reading | None = None,
) -> Iterator[tuple[list[Example], Line]]:
    """Line by line the examples of a file as checked tokens: one each, or as many as turns are scored."""
    reading = reading or Reading()
    for line in read_lines(path, start, number, reading):
        if not line.messages:
            made = [encoded(line.prompt, line.completion, line.name, line.where, config, tokenizer)]
        elif reading.turns == "last":
            made = [conversation(line.messages, line.name, line.where, tokenizer)]
        else:
            said = [place for place, (role, _) in enumerate(line.messages) if role == "assistant"]
            names = [f"{line.name}/turn {said.index(place) + 1}" for place in line.scored]
            made = [
                conversation(line.messages[: place + 1], name, line.where, tokenizer)
                for place, name in zip(line.scored, names, strict=True)
            ]
        yield [checked(example, line.where, config) for example in made], line


def encoded(
    prompt: Text | Sequence[int],
    completion: Text | Sequence[int],
    name: str,
    where: str,
    config: DecoderConfig,
    tokenizer: Any = None,
) -> Example:
    """Prompt and completion as tokens.

    Text is encoded whole, with the special tokens that the checkpoint puts around it, and the completion begins where
    this leaves the encoding of the prompt alone: what the model was trained to see, even if a token straddles the seam.

    Args:
        prompt: text or token ids; where it has no token at all, the beginning-of-sequence token stands in.
        completion: text or token ids.
        name: what to call the example.
        where: what to call it in complaints.
        config: the model's special tokens.
        tokenizer: needed for text.

    Raises:
        ValueError: text without a tokenizer, or nothing that the completion could be conditioned on.
    """
    for text in (prompt, completion):
        if isinstance(text, str):
            whole_text(text, "text", where)
    if tokenizer is None:
        if not (isinstance(prompt, str) or isinstance(completion, str)):
            return _split(list(prompt), [*prompt, *completion], name, where, config)
        raise ValueError(f"{where} is text, but this checkpoint was loaded without its tokenizer; give token ids.")
    if isinstance(prompt, str) and isinstance(completion, str):
        before, whole = tokenizer.encode(prompt), tokenizer.encode(prompt + completion)
        return replace(_split(before, whole, name, where, config), given=prompt)
    ids = [tokenizer.encode(prompt) if isinstance(prompt, str) else list(prompt)]
    ids.append(tokenizer.encode(completion, special=False) if isinstance(completion, str) else list(completion))
    given = tuple(map(int, prompt)) if isinstance(completion, str) else None
    return replace(_split(ids[0], ids[0] + ids[1], name, where, config), given=given)


def checked(example: Example, where: str, config: DecoderConfig) -> Example:
    """The example, if a model of this configuration can be asked about it.

    Raises:
        ValueError: no completion, tokens outside the vocabulary, pad tokens, more tokens than the context.
    """
    tokens = example.tokens
    if not len(example.completion):
        raise ValueError(f"the completion in {where} is empty; expected at least one token to be scored.")
    outside = tokens[(tokens < 0) | (tokens >= config.vocabulary)]
    if outside.size:
        raise ValueError(
            f"{where} holds token {outside[0]}; expected ids from 0 to {config.vocabulary - 1}, the model's vocabulary."
        )
    if config.pad is not None and config.pad != config.bos and config.pad not in config.eos and config.pad in tokens:
        raise ValueError(
            f"{where} holds the pad token {config.pad}; expected text without it, since models are trained not to see "
            "it: leave it out, sequences may differ in length."
        )
    if len(tokens) > config.context:
        raise ValueError(
            f"{where} has {len(tokens)} tokens; expected at most {config.context}, the model's context: shorten it."
        )
    return example


def _split(before: list[int], whole: list[int], name: str, where: str, config: DecoderConfig) -> Example:
    shared = 0
    while shared < min(len(before), len(whole)) and before[shared] == whole[shared]:
        shared += 1
    if shared == 0:
        if config.bos is None:
            raise ValueError(
                f"{where} has no prompt, and this model has no token to begin with; expected at least one token before "
                "the completion."
            )
        whole, shared = [config.bos, *whole], 1
    return Example(_ids(whole[:shared]), _ids(whole[shared:]), name)


def conversation(messages: Sequence[tuple[str, str]], name: str, where: str, tokenizer: Any) -> Example:
    """A conversation as tokens by the checkpoint's chat template; its last message is the completion.

    Args:
        messages: (role, content) pairs, of which the last is the assistant's.
        name: what to call the example.
        where: what to call it in complaints.
        tokenizer: with a chat template.

    Raises:
        ValueError: no tokenizer or template, a template that refuses the messages or puts nothing before the reply.
    """
    if tokenizer is None:
        raise ValueError(f"{where} is text, but this checkpoint was loaded without its tokenizer; give token ids.")
    said = [{"role": role, "content": content} for role, content in messages]
    before, whole = tokenizer.chat(said[:-1]), tokenizer.chat(said, reply=False)
    ids = [tokenizer.encode(text, special=False) for text in (before, whole)]
    shared = 0
    while shared < min(map(len, ids)) and ids[0][shared] == ids[1][shared]:
        shared += 1
    if not shared:
        raise ValueError(f"{where}: the chat template puts nothing before the reply; expected a prompt.")
    return Example(_ids(ids[1][:shared]), _ids(ids[1][shared:]), name, tuple(messages))


def _ids(tokens: Sequence[int]) -> Int[np.ndarray, " T"]:
    return np.asarray(tokens, np.int64 if max(tokens, default=0) > np.iinfo(np.int32).max else np.int32)
