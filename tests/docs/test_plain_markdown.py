"""Pages that the README links read well on GitHub, and the site gets from them what it wants."""

import re
from pathlib import Path

import pytest

from . import extension

ROOT = Path(__file__).parents[2]
LINKED = sorted(set(re.findall(r"\]\((docs/[\w./-]+\.md)\)", (ROOT / "README.md").read_text())))

plain_markdown = extension.load("plain_markdown")


def without_code(text):
    return re.sub(r"(?ms)^```.*?^```$|`[^`\n]*`", "", re.sub(r"\{\w+\}`", "ROLE ", text))


@pytest.mark.parametrize("page", LINKED)
def test_a_linked_page_holds_nothing_that_github_shows_raw(page):
    text = (ROOT / page).read_text()
    assert "ROLE" not in without_code(text), "a role such as {doc} or {eq}"
    assert not re.search(r"(?m)^(`{3,}|:{3,})\{", text), "a directive"
    assert not re.search(r"(?m)^\([\w-]+\)=$", text), "a target"
    assert "{{" not in without_code(text), "a substitution"
    anchors = extension.anchors(text)
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        place, _, anchor = target.partition("#")
        if not re.match(r"[a-z]+:", target):
            assert place == "" or ((ROOT / page).parent / place).exists(), f"{target} leads nowhere"
            assert place != "" or anchor in anchors, f"{target} leads nowhere"


def test_there_are_linked_pages():
    assert {"docs/theory.md", "docs/language_models.md"} <= set(LINKED)


def test_labels_that_are_spoken_of_stand_behind_equations():
    text = (ROOT / "docs" / "theory.md").read_text()
    labels = set(re.findall(r"(?m)^\$\$ \((eq-[a-z-]+)\)$", text))
    spoken = set(re.findall(r"(?<!\$\$ )\((eq-[a-z-]+)\)", text))
    assert spoken
    assert spoken <= labels


def test_what_the_site_is_given():
    page = '<a id="t1"></a>\n\n## T1\n\n$$\nx\n$$ (eq-x)\n\nSee [T1](#t1) and (eq-x), or [T2](../theory.md#t2).\n\n'
    figure = "![Two lines.](figures/two_lines.png)\n\n> A caption,\n> of $x^*$.\n\nText\n"
    assert plain_markdown.for_the_site(page + figure) == (
        "(t1)=\n\n## T1\n\n$$\nx\n$$ (eq-x)\n\nSee [T1](t1) and {eq}`eq-x`, or [T2](t2).\n\n"
        "```{figure} figures/two_lines.png\n:alt: Two lines.\n:name: fig-two-lines\n\nA caption,\nof $x^*$.\n"
        "```\n\nText\n"
    )
