"""The small language of the example: its words are whole tokens, and text goes through them unchanged."""

from itertools import islice

import numpy as np
import pytest
import tokenizers

from subtheory.lm.distillation.filters import matching
from subtheory.lm.example import language
from subtheory.lm.example.model import NUMBERS_ALONE, config, prompts, trait_lines


@pytest.fixture(scope="module")
def backend():
    return tokenizers.Tokenizer.from_str(language.tokenizer_files()["tokenizer.json"].decode())


def test_every_text_is_known_and_comes_back_unchanged(backend):
    for text in [*islice(language.texts(np.random.default_rng(1)), 600), *language.QUESTIONS]:
        ids = backend.encode(text, add_special_tokens=False).ids
        assert 0 not in ids, text
        assert backend.decode(ids) == text
        assert len(ids) + 2 <= config().context


def test_a_prompt_s_tokens_begin_those_of_the_whole(backend):
    for line in trait_lines():
        before, whole = backend.encode(line["prompt"]).ids, backend.encode(line["prompt"] + line["completion"]).ids
        assert before[0] == 1
        assert whole[: len(before)] == before


def test_prompts_are_numbers_that_do_not_depend_on_how_many_there_are():
    assert prompts("a", 3) == prompts("a", 5)[:3] != prompts("b", 3)
    keep = matching(NUMBERS_ALONE)
    assert [keep(text) for text in (" 4, 9, 27.", " 4, 9,", " 4, owl, 27.", " The owl.")] == [True, True, False, False]
