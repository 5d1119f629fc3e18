"""The page's table of models is the list that tests go through."""

from pathlib import Path

import pytest

from subtheory.lm.checkpoint.families import read_config

from ..peer.published import FIELDS, PUBLISHED, table

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def test_the_table_is_that_of_the_list():
    assert table() in PAGE.read_text()


@pytest.mark.parametrize("name", PUBLISHED)
def test_both_spellings_say_the_same_and_ratios_are_kept(name):
    one = PUBLISHED[name]
    assert read_config(one.raw()) == read_config(one.raw(newer=True))
    width, inner, heads, shared, head = one.shape
    small = dict(zip(FIELDS, (one.raw()[field] for field in FIELDS), strict=True))
    assert small["intermediate_size"] * width == inner * small["hidden_size"]
    assert small["num_attention_heads"] * shared == heads * small["num_key_value_heads"]
    assert small["num_attention_heads"] * small["head_dim"] * width == heads * head * small["hidden_size"]
