"""The built pages as a browser shows them: nothing from outside, no error, nothing raw, nothing wider than a phone.

They are read where ``make docs`` leaves them; without them, Chromium or Playwright the tests are skipped.
"""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from .extension import BUILT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = sorted(page for page in BUILT.rglob("*.html") if "_static" not in page.parts)
SHOWN = [page for page in PAGES if "_modules" not in page.parts]  # those are source code, and many
NARROW, TALL = 360, 15_000

pytestmark = pytest.mark.skipif(not PAGES, reason="no documentation is built here; run 'make docs' first")


class _Page(HTMLParser):
    """The identifiers and the addresses of one page, without a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: set[str] = set()

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value or "")
            elif name in ("href", "src") and value:
                self.links.add(value)


@pytest.fixture(scope="module")
def read():
    """Pages by file, each read once."""
    known: dict[Path, _Page] = {}

    def parsed(path):
        if path not in known:
            known[path] = _Page()
            known[path].feed(path.read_text(encoding="utf-8"))
        return known[path]

    return parsed


def test_internal_links_lead_somewhere(read):
    lost = set()
    for page in PAGES:
        for link in read(page).links:
            address, place = urldefrag(link)
            if urlsplit(link).scheme:
                continue
            target = (page.parent / unquote(urlsplit(address).path)).resolve() if address else page
            if target.is_dir():
                target /= "index.html"
            if not target.is_file() or (
                place and target.suffix == ".html" and unquote(place) not in read(target).places
            ):
                lost.add(f"{page.relative_to(BUILT)} → {link}")
    assert sorted(lost) == []


def test_nothing_is_loaded_from_outside(read):
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        loaded = re.findall(r"<(?:script|img|iframe|source)[^>]*\ssrc=\"(https?:|//)", text)
        loaded += re.findall(r"<link[^>]*rel=\"stylesheet\"[^>]*href=\"(https?:|//)", text)
        assert loaded == [], page.relative_to(BUILT)


def test_the_site_is_served_as_it_is():
    assert (BUILT / ".nojekyll").is_file()


@pytest.fixture(scope="module")
def browser():
    """Chromium of the system, without a window."""
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install -e '.[docs]'")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine; install the package 'chromium' to see the pages as shown")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def tab(browser):
    """One tab of a phone's width, with all that it asked for and all that it complained of."""
    page = browser.new_page(viewport={"width": NARROW, "height": 740})
    page.set_default_timeout(60_000)
    page.asked, page.said = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("console", lambda message: page.said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: page.said.append(str(error)))
    return page


WHAT_STICKS_OUT = """width => [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    if (box.right <= width + 1 || box.width === 0 || getComputedStyle(one).position === 'fixed') return false;
    for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
        const style = getComputedStyle(up);
        if (style.overflowX !== 'visible' || style.position === 'fixed') return false;
    }
    return true;
}).slice(0, 3).map(one => one.outerHTML.slice(0, 160))"""


@pytest.mark.parametrize("path", SHOWN, ids=lambda page: page.relative_to(BUILT).with_suffix("").as_posix())
def test_a_page_on_a_phone(path, tab):
    tab.asked.clear()
    tab.said.clear()
    tab.goto(path.as_uri())
    tab.evaluate("window.MathJax && MathJax.startup && MathJax.startup.promise")
    assert [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert tab.said == []
    text = tab.evaluate(
        "(() => { const copy = document.body.cloneNode(true);"
        " copy.querySelectorAll('pre, code, script, style, dt.sig').forEach(one => one.remove());"
        " return copy.textContent; })()"
    )
    raw = re.findall(r".{0,40}(?:\\frac|\\mathbb|\$\$|\{\{|\}\}|\\\(|\{(?:doc|ref|eq)\}).{0,40}", text)
    assert raw == []
    width = tab.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW, (width, tab.evaluate(WHAT_STICKS_OUT, NARROW))


@pytest.mark.parametrize("path", [p for p in PAGES if p.parent.name == "api"], ids=lambda page: page.stem)
def test_a_page_of_the_reference_is_not_endless(path, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(path.as_uri())
    assert page.evaluate("document.documentElement.scrollHeight") < TALL
    page.close()
