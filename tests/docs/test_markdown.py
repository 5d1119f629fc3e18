"""The pages as they are written: lines that fit, and links that lead somewhere on GitHub as well as in the site."""

import re
from pathlib import Path

import pytest

from . import extension

tidy = extension.load("tidy", ".")
PAGES = tidy.pages()
README = extension.DOCS.parent / "README.md"
TARGETS = {name for page in PAGES for name in re.findall(r"(?m)^\(([\w-]+)\)=$", page.read_text(encoding="utf-8"))}
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^()\s]+)\)")


def without_code(text):
    return re.sub(r"(?ms)^ *(`{3,})[^`\n]*\n.*?^ *\1 *$|`[^`\n]*`|\$[^$\n]*\$", "", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(extension.DOCS).as_posix())
def test_a_page_is_as_the_tidying_leaves_it(page):
    text = page.read_text(encoding="utf-8")
    assert tidy.mended(text, page) == text, "run 'python docs/tidy.py'"
    assert tidy.too_long(text) == []


@pytest.mark.parametrize("page", [README, *PAGES], ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page):
    lost = []
    for link in LINK.findall(without_code(page.read_text(encoding="utf-8"))):
        # pages of measurements are made of directives: they are read on the site
        if re.match(r"[a-z]+:", link) or (link in TARGETS and "experiments" in page.parts):
            continue
        file, _, place = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        if not target.exists() or (place and place not in extension.anchors(target.read_text(encoding="utf-8"))):
            lost.append(link)
    assert lost == []


def test_tidying_fills_prose_and_nothing_else():
    long = "word " * 40
    text = f"# {long}\n\n{long}[T1](T1)\n\n| {long} |\n|---|\n\n```python\n{long}\n```\n\n- {long}\n\n$$\n{long}\n$$\n"
    page = Path(extension.DOCS / "how-to" / "x.md")
    mended = tidy.mended(text, page)
    assert mended.split() == text.replace("(T1)", "(../theory.md#t1)").split()
    kept = [line for line in mended.split("\n") if len(line) > tidy.WIDTH]
    assert [line.strip(" |#") for line in kept] == [long.strip()] * 4
    assert f"\n  {'word ' * 5}" in mended, "a list goes on below its words"
    assert tidy.mended(mended, page) == mended
    assert tidy.mended("(T3)=\n## T3\n", extension.DOCS / "theory.md") == '<a id="t3"></a>\n## T3\n'
