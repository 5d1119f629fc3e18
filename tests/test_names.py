"""Names chosen from a few: the nearest is suggested, and nothing is where nothing is near."""

from __future__ import annotations

import re

import pytest

from subtheory import _names


def refused(sentence):
    return pytest.raises(ValueError, match=re.escape(sentence))


def test_known_name_suggests():
    assert _names.known_name("activation", "tanh", ["relu", "tanh"]) == "tanh"
    with refused("unknown activation 'Tanh': did you mean 'tanh'? known are relu, tanh."):
        _names.known_name("activation", "Tanh", ["relu", "tanh"])
    with refused("unknown claim 't5': did you mean 'T5'? known are T1, T5."):
        _names.known_name("claim", "t5", ["T1", "T5"])
    with refused("unknown activation 'zzzzzz': known are relu, tanh."):
        _names.known_name("activation", "zzzzzz", ["relu", "tanh"])
