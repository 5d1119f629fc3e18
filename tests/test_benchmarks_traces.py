"""The benchmark of traces: what is compared with what, and the same training at the end. No time is judged."""

from __future__ import annotations

import jax

from benchmarks import traces

from .experiments.trajectory.tiny import PROTOCOL
from .tolerances import exact

ASKED = traces.Benchmark(rounds=1, every=(1, 2), epochs=2)


def test_looks_are_taken_and_change_nothing():
    compared = {name: jax.device_get(run()) for name, run in traces.programs(ASKED, PROTOCOL).items()}
    (plain, nothing), steps = compared["none"], 2 * (PROTOCOL.noise // PROTOCOL.batch)
    assert nothing is None
    for every in ASKED.every:
        trained, looks = compared[str(every)]
        exact(trained, plain, size=100)
        assert len(looks["all"]["trait cosine"]) == steps // every


def test_the_bound_is_asked_of_the_experiment_s_distance_alone(monkeypatch):
    monkeypatch.setattr(traces, "EVERY", 2)
    monkeypatch.setattr(
        traces, "seconds_in_turn", lambda programs, rounds, clock: {"none": [1.0], "1": [1.5], "2": [1.2]}
    )
    one, two = traces.rows(ASKED, PROTOCOL)
    assert (one.asked, one.met, round(one.numbers["median"], 9)) == ("", None, 0.5)
    assert (two.asked, two.met, round(two.numbers["median"], 9)) == ("≤ 0.3", True, 0.2)


def test_mistakes_are_one_sentence(capsys):
    assert traces.main(["--rounds", "0"], PROTOCOL) == 2
    assert "got 0 rounds; expected at least one." in capsys.readouterr().err
