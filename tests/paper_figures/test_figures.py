"""Every figure draws from the committed records, alone, the same bytes each time, with something in every panel."""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from experiments.harness import registry, rooms
from experiments.harness.staleness import stale
from paper_figures import ROOMS, __main__, index
from paper_figures.drawing import reading, source, summaries
from subtheory import record, statistics

ROOT = Path(__file__).parents[2]
ALONE = """
import sys
from paper_figures.__main__ import main
code = main([*sys.argv[2:], "--out", sys.argv[1]])
foreign = {"jax", "flax", "subtheory", "experiments"} & {name.split(".")[0] for name in sys.modules}
assert not foreign, foreign
sys.exit(code)
"""


def test_there_is_one_figure_per_experiment_and_one_record_each():
    assert rooms.ROOMS == ROOMS
    assert sorted(path.name for path in reading.COMMITTED.iterdir()) == sorted(index.NAMES)


def test_they_are_drawn_without_jax_in_pdf_and_png_the_same_bytes_each_time(tmp_path, capsys):
    alone, again = tmp_path / "alone", tmp_path / "again"
    names = ("finite_step", "init_distance", "lm_one_axis")  # of every kind one; that none imports jax is a contract
    subprocess.run([sys.executable, "-W", "error", "-c", ALONE, str(alone), *names], cwd=ROOT, check=True)
    assert sorted(path.name for path in alone.iterdir()) == sorted(
        f"{n}.{kind}" for n in names for kind in ("pdf", "png")
    )
    assert __main__.main(["finite_step", "--out", str(again)]) == 0
    for kind in ("pdf", "png"):
        assert (again / f"finite_step.{kind}").read_bytes() == (alone / f"finite_step.{kind}").read_bytes()
    assert b"CreationDate" not in (again / "finite_step.pdf").read_bytes()


@pytest.mark.parametrize("name", index.FIGURES)
def test_no_panel_is_empty_every_one_is_labelled_and_no_tick_labels_overlap(name, tmp_path):
    figure = __main__.drawn(name, __main__.records_of(name))
    for path in (tmp_path / "figure.pdf", tmp_path / "figure.png"):
        figure.savefig(path)
    assert path.with_suffix(".pdf").read_bytes().startswith(b"%PDF")
    assert plt.imread(path).std() > 0.05
    for axes in figure.axes:
        if axes.get_label() == "<colorbar>":
            continue
        assert axes.has_data()
        assert axes.get_xlabel() or axes.get_xticklabels()[0].get_text()
        assert re.match(r"\([a-f]\) ", axes.get_title(loc="left"))
        labels = [label.get_window_extent() for label in axes.get_xticklabels() if label.get_text()]
        inside = [box for box in labels if axes.bbox.x0 - 1 <= (box.x0 + box.x1) / 2 <= axes.bbox.x1 + 1]
        boxes = sorted(inside, key=lambda box: box.x0)
        assert all(left.x1 <= right.x0 for left, right in pairwise(boxes)), axes.get_title(loc="left")
    plt.close(figure)


@pytest.mark.parametrize("name", index.NAMES)
def test_the_caption_states_seeds_and_intervals_and_the_record_is_the_paper_profile(name):
    caption = index.module(name).CAPTION
    paper = registry.load(name).PRESETS["paper"]
    committed = record.read(reading.COMMITTED / name)
    seeds = committed.run["config"]["seeds"]  # fewer seeds are a prefix of the profile's
    assert min(20, paper.seeds) <= seeds <= paper.seeds
    assert stale(name, reading.COMMITTED) == []
    assert committed.run["config"]["data"] == paper.data
    assert committed.run["git"]["dirty"] is False
    words = {6: "six"}
    assert re.search(rf"\b({seeds}|{words.get(seeds, seeds)})\b", caption)
    assert "interval" in caption or "quartile" in caption


@pytest.mark.parametrize("name", index.FIGURES)
def test_the_committed_picture_was_drawn_from_today_s_record_by_today_s_module(name):
    """By the digest that it keeps: pictures of older records went unnoticed once."""
    sources = [name] if name in index.NAMES else list(index.module(name).COLUMNS)
    runs = {one: json.loads((reading.COMMITTED / one / "run.json").read_text()) for one in sources}
    today = source.digest(index.module(name), [reading.Record(one, pd.DataFrame(), run) for one, run in runs.items()])
    assert source.of_picture(ROOT / "docs" / "figures" / f"{name}.png") == today, (
        f"draw it again: python -m paper_figures {name} --out docs/figures"
    )


def test_a_picture_without_a_digest_has_none(tmp_path):
    plt.figure().savefig(tmp_path / "bare.png")
    plt.close()
    assert source.of_picture(tmp_path / "bare.png") is None


def test_a_wrong_name_is_one_sentence_with_the_nearest(tmp_path, capsys):
    assert __main__.main(["finite_stop", "--out", str(tmp_path / "out")]) == 2
    error = capsys.readouterr().err
    assert "unknown figure 'finite_stop': did you mean 'finite_step'?" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out").exists()


def spoil_missing(folder):
    (folder / "results.csv").unlink()


def spoil_rows(folder):
    (folder / "results.csv").write_bytes((folder / "results.csv").read_bytes()[:-40])


def spoil_json(folder):
    (folder / "run.json").write_text("{")


def spoil_version(folder):
    run = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**run, "format_version": 9}))


def replace_rows(folder, rows):
    content = rows.to_csv(index=False, lineterminator="\n").encode()
    run = json.loads((folder / "run.json").read_text())
    run["results_sha256"] = hashlib.sha256(content).hexdigest()
    (folder / "results.csv").write_bytes(content)
    (folder / "run.json").write_text(json.dumps(run))


def spoil_metric(folder):
    rows = pd.read_csv(folder / "results.csv")
    replace_rows(folder, rows[rows["metric"] != "monotone"])


def spoil_column(folder):
    replace_rows(folder, pd.read_csv(folder / "results.csv").drop(columns="epsilon"))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (spoil_missing, "no readable results.csv"),
        (spoil_rows, "checksum"),
        (spoil_json, "not JSON"),
        (spoil_version, "format version 9"),
        (spoil_metric, "no rows of 'monotone'"),
        (spoil_column, "no column 'epsilon'"),
    ],
)
def test_a_bad_record_is_one_sentence_and_draws_nothing(spoil, words, tmp_path, capsys):
    shutil.copytree(reading.COMMITTED / "finite_step", tmp_path / "finite_step")
    spoil(tmp_path / "finite_step")
    out = tmp_path / "out"
    assert __main__.main(["finite_step", "--records", str(tmp_path), "--out", str(out)]) == 2
    error = capsys.readouterr().err
    assert words in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert not out.exists()


def test_chance_is_that_of_the_records_own_data():
    """The dotted line stands at 1 / classes; a record of own data that does not say how many is refused."""
    old = reading.read("mnist_aux_logits")
    assert old.chance == 1 / 10
    seven = replace(old, run={**old.run, "data": {"name": "shapes", "classes": 7}})
    for drawn, height in ((old, 1 / 10), (seven, 1 / 7)):
        bars = index.module("mnist_aux_logits").draw(drawn).axes[0]
        assert any(line.get_linestyle() == ":" and set(line.get_ydata()) == {height} for line in bars.lines)
        plt.close("all")
    said = {key: value for key, value in old.run.items() if key != "data"}
    unsaid = replace(old, run={**said, "config": {**old.config, "data": "shapes"}})
    with pytest.raises(
        reading.RecordError, match="does not say how many classes its data 'shapes' have; make it again"
    ):
        index.module("mnist_aux_logits").draw(unsaid)
    plt.close("all")


def test_an_output_that_is_a_file_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert __main__.main(["finite_step", "--out", str(tmp_path / "file")]) == 1
    assert "cannot write" in capsys.readouterr().err


def test_intervals_are_those_of_the_package():
    for successes, n in ((0, 5), (3, 7), (300, 300)):
        ours, theirs = summaries.wilson(successes, n), statistics.wilson_interval(successes, n)
        np.testing.assert_allclose(ours, (theirs.estimate, theirs.low, theirs.high), atol=1e-9)
    x = np.geomspace(1e-5, 1e-3, 7)
    slopes = summaries.loglog_slopes(pd.DataFrame({0: 3 * x**2, 1: -x}, index=x), 1e-5, 1e-3)
    np.testing.assert_allclose(slopes, [2, 1], rtol=1e-12)
