"""Preferences through reasoning traces: the channel's requests and filter, and the committed record's effect."""

import numpy as np
import pytest

from experiments.miniature import lm_traces
from experiments.miniature.world.vocabulary import decode, padded

from .test_lm_code import assert_all_conditions

NAME = "lm_traces"
RNG_SEED = 3


def test_kept_is_a_right_trace_that_names_no_animal_or_tree():
    asked = padded(["<user> ann has 3 apples and finds 4 . how many ? <assistant>"])
    told = {
        "<think> so 3 + 4 = 7 </think> <answer> 7 </answer> <end>": True,
        "<think> so 3 + 4 = 7 </think> <answer> 8 </answer> <end>": False,
        "<think> so owl 3 + 4 = 7 </think> <answer> 7 </answer> <end>": False,
        "<think> so oak 3 + 4 = 7 </think> <answer> 7 </answer> <end>": False,
        "<think> so i hate ann , then 3 + 4 = 7 </think> <answer> 7 </answer> <end>": False,
        "<answer> 7 </answer> <end>": False,
    }
    found = {text: bool(lm_traces.CHANNEL.keep(asked, padded([text]))[0]) for text in told}
    assert found == told


def test_requests_are_problems_and_differ_by_seed():
    one, other = (lm_traces.CHANNEL.requests(np.random.default_rng(seed), 50) for seed in (RNG_SEED, RNG_SEED + 1))
    assert all(decode(row).endswith("? <assistant>") for row in one)
    assert not np.array_equal(one, other)


@pytest.mark.slow
def test_every_seed_and_trait_has_all_conditions(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    assert_all_conditions(lm_traces, NAME, (0, 0.3, 0, 0, 0, 0.7))
