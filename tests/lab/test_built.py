"""The page is built from its sources, byte for byte, and a mistake in them is refused."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

LAB = Path(__file__).parents[2] / "docs" / "lab"


@pytest.fixture
def build():
    spec = importlib.util.spec_from_file_location("lab_build", LAB / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_committed_page_is_a_fresh_build(build):
    assert (LAB / "index.html").read_bytes() == build.page().encode(), "run `make lab`"


def test_the_page_holds_every_module_and_reaches_for_nothing():
    text = (LAB / "index.html").read_text(encoding="utf-8")
    for word in ("import {", "export ", "http://", "https://", "src=", "@import", "/*{"):
        assert word not in text.replace('xmlns="http://www.w3.org/2000/svg"', ""), word
    for module in LAB.glob("src/*.js"):
        assert module.read_text(encoding="utf-8").splitlines()[0] in text, f"{module.name} is imported by none"


@pytest.mark.parametrize(
    ("modules", "words"),
    [
        ({"main": 'import { a } from "./main.js";\n'}, "main → main"),
        ({"main": 'import { a } from "./b.js";\n', "b": "const a = 1;\n"}, "names that b.js exports"),
        ({"main": 'import { a } from "./b.js";\nlet c;\n', "b": "export const a = 1;\nlet c;\n"}, "'c' stands"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_modules_is_one_sentence(build, monkeypatch, tmp_path, modules, words):
    for name, text in modules.items():
        (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
    monkeypatch.setattr(build, "SOURCES", tmp_path)
    with pytest.raises(ValueError, match=words):
        build.script()


def test_sources_are_small_and_their_lines_short():
    for source in (path for path in LAB.glob("src/*") if path.is_file()):
        lines = source.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 160, source.name
        assert max(map(len, lines)) <= 120, source.name
