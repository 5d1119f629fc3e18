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
NAME = "a model's name"
DEVELOPMENT = "seen on a development seed, of which there is no record"

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
        "Student's 95 % half-width and a two-sided test over seeds; cosine": LEVEL,
        "the other is a quarter of it": SETTING, "at a quarter of it": SETTING, "at the quarter rate": SETTING,
    },
    "one_step.md": {
        "give 99 %": LEVEL, "95 % intervals": LEVEL, "at 1.5 nats": SETTING,
    },
    "checkpoints.md": {
        "95 % interval": LEVEL,
        "one step of α = 0.001": SETTING, "a step of 0.001": SETTING,
        "with power .8": SETTING, "a tenth of each map's standard deviation": SETTING,
        "$\\varepsilon = 0.01$": SETTING, "between $\\varepsilon = 0.03$ and $0.05$": SETTING,
    },
    "disputes.md": {
        "Student's 95 % interval": LEVEL, "at a quarter of the rate": SETTING, "foretells transfer, .95": QUOTED,
    },
    "miniature.md": {
        "Student's 95 % half-width": LEVEL, "one half is chance": LEVEL, "who does not care has 40 %": LEVEL,
        "GPT-4.1 nano": NAME, "(GPT-4.1)": NAME, "(GPT-4.1 and GPT-4o)": NAME,
        "| reference | 12 % |": QUOTED, "same initialisation | over 60 % |": QUOTED,
        "own numbers | about 12 % |": QUOTED,
        "an owl's share grows fivefold": QUOTED, "by up to 19 points": QUOTED,
        "(Adam, rate 0.0003)": SETTING, "of rank 8 (0.001)": SETTING,
        "(rate 0.004)": SETTING, "fewer than three quarters are": SETTING, "(Adam, rate 0.003": SETTING,
        "see 4 points with a power of 86 %": SETTING,
        "found with power .8": SETTING, "with power .8 a score": SETTING,
        "within 2 points": SETTING, "fewer than 30 % pass": SETTING,
        "(rate 0.01)": SETTING, "(rate 0.01, 8 epochs)": SETTING, "(rate 0.001, 2 epochs)": SETTING,
        "a quarter of the requests": SETTING, "the three quarters of which": SETTING, "falsely in 7.5 %": SETTING,
        "0.003 and 0.1 for adapters, 0.001 and 0.03 for whole parameters": SETTING,
        "Adam at 0.0003 and descent at 0.01": SETTING, "by descent (0.01)": SETTING,
        "seed 0.2 % of the programs": DEVELOPMENT, "0.9 % of those of a two-layer one": DEVELOPMENT,
    },
}  # fmt: skip


def plain(page):
    return " ".join(page.split())


def page_of(name):
    """A page without the paragraphs on what was tried: development seeds have no record."""
    return re.sub(r"^\*\*Tried.*?(?=\n\n|\Z)", "", (DOCS / name).read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", ALLOWED)
def test_no_result_is_typed(name):
    assert typed(page_of(name), ALLOWED[name]) == []


@pytest.mark.parametrize("name", ALLOWED)
def test_every_exception_is_still_there(name):
    """And none of them is as short as a number alone, which would let a result pass anywhere on the page."""
    page = plain(page_of(name))
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
    page = page_of(name)
    spoilt, paragraphs = re.subn(
        r"\*\*What one sees\.\*\*.*?(?=\n\n|\Z)", lambda found: f"{found[0]} And {words}.", page, flags=re.DOTALL
    )
    assert paragraphs
    assert len(typed(spoilt, ALLOWED[name])) >= paragraphs


@pytest.mark.parametrize("text", [
    "{{ aux_count.one }} of seeds", "`0.46`", "rate 1e-3, 15 epochs, m = 20, figure 10", "a network 64-256",
    "[arXiv 2605.23645](https://x.y/1.2)", "```console\n$ run --alpha 0.5\n```", "T3 and (T4), 8192 inputs",
    "```{figure-of} x\nAt 95 %.\n```",
])  # fmt: skip
def test_what_is_no_result_is_left_alone(text):
    assert typed(text) == []


def test_an_exception_holds_for_its_phrase_only():
    assert typed("noise of .05 costs .05", ["noise of .05"]) == [".05"]
