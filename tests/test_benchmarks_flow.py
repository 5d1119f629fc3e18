"""The benchmark of the flow: what it computes, on a small network. No time is judged."""

from __future__ import annotations

import jax.numpy as jnp

from benchmarks import flow
from subtheory.setting import model
from subtheory.setting.loss import squared_error
from subtheory.setting.setting import Setting
from subtheory.theory.endpoint import linear_trajectory, trajectory_spectrum

from .tolerances import exact

WIDTHS = (4, 3, 13)
ASKED = flow.Benchmark(inputs=2, products=8, steps=5)


def test_it_is_the_flow_of_the_whole_network(monkeypatch):
    monkeypatch.delenv("SUBTHEORY_MNIST", raising=False)
    (theta, inputs, way), words = flow.problem(ASKED, WIDTHS)
    assert words == "noise"
    assert flow.widths_of(theta) == WIDTHS
    setting = Setting(
        apply=model.mlp(WIDTHS, "relu", dtype=jnp.float32).apply, teacher_init=theta, student_init=theta,
        teacher_update=way, inputs=inputs, imitation_loss=squared_error, channel=flow.CHANNEL,
    )  # fmt: skip
    u = flow.flow(ASKED.products, ASKED.steps)(theta, inputs, way)
    top = trajectory_spectrum(setting, way, ASKED.products)[0].largest
    expected, _ = linear_trajectory(setting, way, jnp.float32(1 / top), ASKED.steps, lambda u: 0)
    exact(u, expected, size=1e3)


def test_rows_and_mistakes(monkeypatch, capsys):
    monkeypatch.delenv("SUBTHEORY_MNIST", raising=False)
    seconds, apart = flow.rows(ASKED, WIDTHS)
    assert seconds.asked == "≤ 300"
    assert seconds.met
    assert 0 <= apart.numbers["apart"] < 1
    assert flow.main(["--products", "1"], WIDTHS) == 2
    assert "expected at least one input and two products." in capsys.readouterr().err
