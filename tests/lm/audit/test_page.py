"""An audit's page: everything in it, nothing from outside; and as a browser shows it."""

from __future__ import annotations

import json
import re
import shutil

import numpy as np
import pytest

from subtheory.cli import main
from subtheory.lm.audit.distribution import distribution
from subtheory.lm.audit.page.page import page
from subtheory.lm.audit.page.reading import read_audits

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def report(**changes):
    """What an audit's file holds, as far as the page reads it."""
    side = {"examples": 1200, "tokens": 9000, "mean": 1.25, "standard_error": 0.1, "nats_per_token": 2.5}
    mention = {
        "name": "line 3",
        "score": 1.5,
        "prompt": "<b>Tom</b>",
        "completion": [" saw", " an", " <owl>"],
        "scores": [0.5, -1.0, 2.0],
    }
    values = np.random.default_rng(0).normal(size=(2, 500))
    spread = distribution(values[0] + 0.5, values[1])
    found = {
        "verdict": "the data move this model towards the trait (p = 1e-05).",
        "trait": {"source": "the trait's examples"},
        "data": side,
        "control": side,
        "control_kind": "given",
        "comparison": {"warnings": ["the data have 9.0 tokens on average"], "refusals": []},
        "test": {"p_value": 1e-5, "t": 4.3},
        "calibration": {"permutation": 0.0005, "placebo": 0.01, "placebos": 99, "settled_after": 310},
        "most": [mention],
        "least": [mention],
        "layers": [
            {"layer": 0, "group": "mlp", "value": 0.5},
            {"layer": 0, "group": "attention", "value": 0.3},
            {"layer": None, "group": "final_norm", "value": 0.2},
        ],
        "distribution": {"edges": spread.edges, "data": spread.data, "control": spread.control},
    }
    return {**found, **changes}


def test_the_page_holds_everything_and_nothing_from_outside():
    text = page([("", report())], "audit.json")
    for words in ("The data move this model towards the trait", "p-value, placebo directions", "settled after",
                  "310 examples", "the data have 9.0 tokens on average", "layer 0", "80.0%", "final norm",
                  "&lt;b&gt;Tom", " &lt;owl&gt;"):  # fmt: skip
        assert words in text, words
    assert not re.search(r"https?:|src=|@import|<script|<link", text)
    shades = re.findall(r"rgba\((\d+),\d+,\d+,([\d.]+)\)", text)[:3]
    assert shades == [("234", "0.17"), ("37", "0.35"), ("234", "0.70")]


def test_a_family_has_a_section_for_every_trait():
    text = page([("owls", report(family_p_value=0.02)), ("cats", report(family_p_value=0.5))], "audit.json")
    assert text.count("<section>") == 2
    assert "Trait: owls" in text
    assert "p = 0.02 (Holm)" in text


def test_histograms_count_everything_once():
    values = np.random.default_rng(1).standard_cauchy(size=(2, 300))
    found = distribution(*values)
    assert sum(found.data) == sum(found.control) == 300
    assert sum(distribution(np.ones(3), np.ones(2)).data) == 3


def test_the_command_writes_it_and_refuses_what_is_no_audit(tmp_path, capsys):
    file = tmp_path / "audit.json"
    file.write_text(json.dumps(report()))
    assert main(["lm", "report", str(file)]) == 0
    assert read_audits(file)[0][0] == ""
    assert (tmp_path / "audit.html").read_text() == page([("", json.loads(file.read_text()))], "audit.json")
    assert main(["lm", "report", str(file)]) == 2
    assert "exists; replace it (--overwrite)" in capsys.readouterr().err
    for content, words in (
        ("{", "is no JSON"),
        ("[1]", "lacks everything; expected what"),
        (json.dumps({"verdict": "", "layers": []}), "lacks calibration, comparison, control, data, distribution"),
    ):
        file.write_text(content)
        assert main(["lm", "report", str(file), "--overwrite"]) == 2
        assert words in capsys.readouterr().err
    assert main(["lm", "report", str(tmp_path / "none")]) == 2
    assert "cannot read" in capsys.readouterr().err


@pytest.mark.slow
def test_a_browser_shows_it_without_asking_for_anything(tmp_path):
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install -e '.[docs]'")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine; install the package 'chromium' to see the page as shown")
    file = tmp_path / "audit.html"
    file.write_text(page([("", report())], "audit.json"))
    asked, said = [], []
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 360, "height": 740})
        tab.set_default_timeout(60_000)
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(file.as_uri())
        assert asked == [file.as_uri()]
        assert said == []
        assert "towards the trait" in tab.inner_text("p.verdict")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360
        boxes = [picture.bounding_box() for picture in tab.query_selector_all("svg")]
        assert len(boxes) == 2
        assert [round(box["width"]) for box in boxes] == [480, 480]  # legible, and scrolled within the page
        assert all(box["height"] >= 29 for box in boxes)
        owl = tab.get_by_text("<owl>").first
        assert owl.evaluate("one => getComputedStyle(one).backgroundColor") == "rgba(234, 88, 12, 0.7)"
        tab.screenshot(path=str(tmp_path / "page.png"), full_page=True)
        browser.close()
