"""``subtheory lab``: the interactive page, in a browser."""

from __future__ import annotations

import webbrowser
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
PLACES = (PACKAGE / "_lab" / "index.html", PACKAGE.parent / "docs" / "lab" / "index.html")
"""Where the page lies in an installed package, and in a checkout."""


@dataclass(frozen=True)
class Lab:
    """Open the interactive page: the theorem live, in your browser.

    A small network is trained in one file that needs no server and no network: sliders for ε, α, the student's start,
    the channel, the loss and the filter; pictures of one step (T1 to T5) and of the whole training (T14). Exit code: 0,
    or 2 where no browser opens.

    For example:

      subtheory lab

      subtheory lab --path
    """

    path: bool = False
    """Print where the page lies, and open nothing."""

    def run(self) -> int:
        """Open the page, or print its path; the exit code."""
        page = found()
        if self.path:
            print(page)
        elif not webbrowser.open(page.as_uri()):
            raise ValueError(f"no browser could be opened; open {page} yourself, or pass --path.")
        return 0


def found() -> Path:
    """The page's path.

    Raises:
        ValueError: if neither the package nor a checkout around it holds the page.
    """
    for place in PLACES:
        if place.is_file():
            return place
    raise ValueError(f"the page is missing: looked for {' and '.join(map(str, PLACES))}; install the package anew.")
