"""No number on a page about experiments is typed where a record has it: settings and quotations alone may be."""

import re
from pathlib import Path

import pytest

from .typed import typed

DOCS = Path(__file__).parents[3] / "docs" / "experiments"

LEVEL = "the level of intervals"
SETTING = "a setting of the experiment"
QUOTED = "published by others"
RERUN = "the published code, rerun: no record of ours"
CHECKED = "held by test_words.py"

ALLOWED = {
    "auxiliary_logits.md": {
        "95 % interval": LEVEL,
        **{f"| {numbers} |": RERUN for numbers in (
            ".089 ± .016", ".943 ± .001", ".522 ± .132", ".912 ± .007", ".084 ± .011", ".736 ± .051",
        )},
        "A tenth of the way": SETTING, "a fifth of the way": SETTING, "at 0.4 little": SETTING,
        "at 0.6 nothing": SETTING, "standard deviation .01": SETTING, "points, .02 by": SETTING, ".05 by": SETTING,
        "and .1 (weights": SETTING,
        "have .125 and .0625": SETTING, "noise of .05 on": SETTING, "more at .05": SETTING, "only σ = 0.2": SETTING,
        "from σ = 0.1 on": SETTING, "noise of 0.2 on": SETTING,
        "found .27": QUOTED, "report .271 ± .033": QUOTED, "more than .50": QUOTED, "down to .27": QUOTED,
        "(.607)": QUOTED, "plateau of .88": QUOTED, "where .271 was published": QUOTED,
        "more than twice as faithfully": CHECKED,
    },
    "one_step.md": {
        "give 99 %": LEVEL, "95 % intervals": LEVEL, "at 1.5 nats": SETTING,
    },
    "checkpoints.md": {
        "95 % interval": LEVEL,
        "one step of α = 0.001": SETTING, "a step of 0.001": SETTING,
        "$\\varepsilon = 0.01$": SETTING, "between $\\varepsilon = 0.03$ and $0.05$": SETTING,
    },
}  # fmt: skip


def plain(page):
    return " ".join(page.split())


@pytest.mark.parametrize("name", ALLOWED)
def test_no_result_is_typed(name):
    assert typed((DOCS / name).read_text(), ALLOWED[name]) == []


@pytest.mark.parametrize("name", ALLOWED)
def test_every_exception_is_still_there(name):
    """And none of them is as short as a number alone, which would let a result pass anywhere on the page."""
    page = plain((DOCS / name).read_text())
    assert [phrase for phrase in ALLOWED[name] if phrase not in page] == []
    assert [phrase for phrase in ALLOWED[name] if not re.search(r"[a-zσ|(]", phrase)] == []


@pytest.mark.parametrize("words", [
    "12 %", "12.5 %", "−3 %", "0.46", ".026", "−.17", "0.46 ± 0.02", "27 of 30", "12 points", "$10^{-4}$ nats",
    "8 · 10⁻⁵", "tenfold", "Eightfold", "twice as far", "costs a third", "two fifths", "$\\rho = 0.89$", "**0.9**",
    "51\n%", "(.5)",
])  # fmt: skip
@pytest.mark.parametrize("name", ALLOWED)
def test_a_typed_result_is_found(name, words):
    """Wherever it is put in: at the end of every paragraph that says what one sees."""
    page = (DOCS / name).read_text()
    paragraphs = list(re.finditer(r"\*\*What one sees\.\*\*.*?(?=\n\n|\Z)", page, re.DOTALL))
    assert paragraphs
    for paragraph in paragraphs:
        spoilt = f"{page[: paragraph.end()]} And {words}.{page[paragraph.end() :]}"
        assert len(typed(spoilt, ALLOWED[name])) > 0


@pytest.mark.parametrize("text", [
    "{{ aux_count.one }} of seeds", "`0.46`", "rate 1e-3, 15 epochs, m = 20, figure 10", "a network 64-256",
    "[arXiv 2605.23645](https://x.y/1.2)", "```console\n$ run --alpha 0.5\n```", "T3 and (T4), 8192 inputs",
    "```{figure-of} x\nAt 95 %.\n```",
])  # fmt: skip
def test_what_is_no_result_is_left_alone(text):
    assert typed(text) == []


def test_an_exception_holds_for_its_phrase_only():
    assert typed("noise of .05 costs .05", ["noise of .05"]) == [".05"]
