"""The benchmark of starts: who is compared with whom, in which order and environment. Nothing is timed."""

from __future__ import annotations

import sys

import pytest

from benchmarks import start
from benchmarks.measure import Usage


def test_ratios_are_to_jax_in_the_same_round():
    clock = iter(range(1, 1000))
    order = []

    def run(command):
        order.append(command[1:])
        assert command[0] == sys.executable
        return Usage(0, "", 0.0, 1.0 if command[2] == "import jax" else 0.25, 0.0 * next(clock), 0)

    jax, *rows = start.start_rows(2, run)
    assert len(order) == 3 * (1 + len(start.PROGRAMS))
    assert order[0] == ("-c", "import jax") == order[1 + len(start.PROGRAMS)]
    assert jax.numbers["median"] == 1.0
    assert {row.measured for row in rows} == {"× 0.25 (0.25 to 0.25)"}
    assert [row.met for row in rows if row.asked] == [True] * 6


def test_a_second_run_finds_the_first_ones_folder_and_no_other(tmp_path):
    commands = []

    def run(command):
        commands.append(command)
        return Usage(0, "", 9.0, 6.0 if len(commands) % 2 else 3.5, 0.0, 10**9)

    first, second, quotient = start.verify_rows(2, run)
    assert commands[0] == commands[1] != commands[2] == commands[3]
    assert "JAX_COMPILATION_CACHE_DIR" in commands[0]
    assert "1.00 GB" in first.measured
    assert "3.5 (3.5 to 3.5) processor seconds" in second.measured
    assert quotient.numbers["median"] == pytest.approx(3.5 / 6)
    assert quotient.met is False


def test_what_fails_is_no_measurement():
    def run(command):
        return Usage(1, "", 0.0, 1.0, 0.0, 0)

    with pytest.raises(RuntimeError, match="ended with exit code 1; expected 0."):
        list(start.start_rows(1, run))
    with pytest.raises(RuntimeError, match="expected every claim to hold"):
        list(start.verify_rows(1, run))


def test_bad_usage(capsys):
    assert start.main(["--rounds", "0"]) == 2
    assert "got 0 rounds; expected at least one." in capsys.readouterr().err
