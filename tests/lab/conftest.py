"""A browser with the page in it, where there is one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "lab" / "index.html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium; without Playwright or a Chromium the tests that need it say so and are skipped."""
    driver = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed: pip install 'subtheory[docs]'"
    )
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with driver.sync_playwright() as playwright:
        found = found or playwright.chromium.executable_path
        if not Path(found).is_file():
            pytest.skip(f"no Chromium is installed: looked for {', '.join(BROWSERS)} and Playwright's own")
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def lab(browser):
    """``lab(link, **context)``: the page, drawn and trained, with all that it logged and asked for."""
    contexts = []

    def opened(link: str = "", *, width: int = 1280, **options):
        context = browser.new_context(viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.logged, page.asked = [], []
        page.on("console", lambda message: page.logged.append(message.text))
        page.on("pageerror", lambda error: page.logged.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(PAGE.as_uri() + link)
        page.wait_for_selector("body[data-ready=true][data-trained=true]", timeout=120_000)
        return page

    yield opened
    for context in contexts:
        context.close()
