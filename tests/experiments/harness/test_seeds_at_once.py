"""How many seeds fit into a memory: planted needs, and a largest number found by trying one after another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.harness import device_memory, seeds_at_once
from subtheory.simulation.devices import Memory

BYTES = st.integers(0, 10**12)


def rounds(number, seeds):
    return -(-seeds // number)


@given(shared=BYTES, own=st.integers(1, 10**11), room=BYTES, seeds=st.integers(1, 300))
def test_of_needs_that_grow_by_the_same_with_every_seed_as_many_as_fit(shared, own, room, seeds):
    found = seeds_at_once.that_fit(lambda n: Memory(shared, n * own), room, seeds)
    most = max((n for n in range(1, seeds + 1) if shared + n * own <= room), default=1)
    assert 1 <= found <= most
    assert rounds(found, seeds) == rounds(most, seeds)
    assert found == 1 or rounds(found - 1, seeds) > rounds(found, seeds), "no seed is computed twice to fill a round"


@given(
    shared=BYTES, own=st.lists(st.integers(0, 10**11), min_size=50, max_size=50), room=BYTES, seeds=st.integers(1, 50)
)
def test_whatever_further_seeds_need_the_chosen_program_fits(shared, own, room, seeds):
    asked = []

    def needed(number):
        asked.append(number)
        return Memory(shared, sum(own[:number]))

    found = seeds_at_once.that_fit(needed, room, seeds)
    assert 1 <= found <= seeds
    assert found == 1 or needed(found).total <= room
    assert asked[1:-1] == sorted(set(asked[1:-1]), reverse=True), "each measured once, and fewer each time"


@pytest.mark.parametrize(
    ("room", "seeds", "number"), [(70, 100, 10), (64, 100, 9), (70, 11, 6), (70, 4, 4), (9, 100, 1), (70, 1, 1)]
)
def test_planted_numbers(room, seeds, number):
    assert seeds_at_once.that_fit(lambda n: Memory(10, 6 * n), room, seeds) == number


def test_one_seed_alone_is_not_measured():
    assert seeds_at_once.that_fit(pytest.fail, 100, 1) == 1


@pytest.mark.parametrize("odd", [0, -1, "many", "AUTO", "1.5", ""])
def test_what_is_neither_a_number_nor_auto(odd):
    sentence = rf"^got --seeds-at-once {odd}; expected a number of at least 1, or auto\.$"
    with pytest.raises(ValueError, match=sentence):
        seeds_at_once.asked(odd)


class Device:
    """One that tells what it is told to tell."""

    def __init__(self, told, platform="gpu"):
        self.told, self.platform = told, platform

    def memory_stats(self):
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


@pytest.mark.parametrize(
    ("told", "room"),
    [
        ([{"bytes_limit": 1000, "bytes_in_use": 100}], 720),
        ([{"bytes_limit": 1000}], 800),
        ([{"bytes_limit": 1000}, {"bytes_limit": 1000, "bytes_in_use": 500}], 400),
        ([{"bytes_limit": 1000, "bytes_in_use": 2000}], 0),
        ([{"bytes_limit": 1000}, None], None),
        ([{"bytes_in_use": 5}], None),
        ([{"bytes_limit": 0}], None),
        ([RuntimeError("UNIMPLEMENTED")], None),
        ([NotImplementedError()], None),
    ],
)
def test_room_is_a_share_of_what_is_left_on_the_fullest_device(told, room):
    assert device_memory.room([Device(one) for one in told]) == room
