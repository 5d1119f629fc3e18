"""Mathematics without a network: MathJax in one file that draws SVG, copied beside the pages; no fonts, no worker."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util.fileutil import copy_asset

FILE = "tex-svg.js"


def _copy(app: Sphinx, error: Exception | None) -> None:
    if error is None and app.builder.format == "html":
        # The library's name has hyphens: it is found, not imported.
        found = importlib.util.find_spec("sphinx-mathjax-offline")
        if found is None or found.origin is None:
            raise ImportError("the pages need sphinx-mathjax-offline: pip install -e '.[docs]'.")
        source = Path(found.origin).parent / "static" / "mathjax" / FILE
        copy_asset(source, Path(app.outdir) / "_static" / "mathjax")
        (Path(app.outdir) / ".nojekyll").touch()  # hosted as it is


def setup(app: Sphinx):
    """Called by Sphinx."""
    app.connect("build-finished", _copy)
    return {"version": "1", "parallel_read_safe": True}
