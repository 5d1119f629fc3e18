"""``subtheory lab`` finds the page, in a checkout and in a wheel, and opens it."""

from __future__ import annotations

import tomllib
import webbrowser
from pathlib import Path

import pytest

from subtheory.cli import lab, main

ROOT = Path(__file__).parents[2]


def test_the_path_is_printed(capsys, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda url: pytest.fail("a browser was opened"))
    assert main(["lab", "--path"]) == 0
    said = capsys.readouterr()
    assert Path(said.out.strip()) == ROOT / "docs" / "lab" / "index.html"
    assert said.err == ""


def test_a_browser_is_opened(monkeypatch, capsys):
    asked = []
    monkeypatch.setattr(webbrowser, "open", lambda url: asked.append(url) or True)
    assert main(["lab"]) == 0
    assert asked == [(ROOT / "docs" / "lab" / "index.html").as_uri()]
    assert capsys.readouterr().out == ""


def test_where_no_browser_opens_the_path_is_said(monkeypatch, capsys):
    monkeypatch.setattr(webbrowser, "open", lambda url: False)
    assert main(["lab"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("subtheory: no browser could be opened; open ")
    assert "index.html yourself, or pass --path." in error
    assert error.count("\n") == 1


def test_the_packaged_page_comes_first_and_a_missing_one_is_a_sentence(monkeypatch, tmp_path, capsys):
    packaged, checkout = tmp_path / "_lab.html", tmp_path / "docs.html"
    monkeypatch.setattr(lab, "PLACES", (packaged, checkout))
    assert main(["lab", "--path"]) == 2
    assert capsys.readouterr().err.startswith("subtheory: the page is missing: looked for ")
    checkout.touch()
    assert lab.found() == checkout
    packaged.touch()
    assert lab.found() == packaged


def test_the_wheel_holds_the_page_where_it_is_looked_for():
    built = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    ((source, target),) = [pair for pair in built["force-include"].items() if "lab" in pair[0]]
    assert (ROOT / source).is_file()
    assert ROOT / target == lab.PLACES[0]
