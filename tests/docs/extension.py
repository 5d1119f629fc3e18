"""The documentation's extensions, as Sphinx imports them: by file, without their folder on the path for good."""

from __future__ import annotations

import re
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"
BUILT = DOCS / "_build" / "html"


def load(name: str, folder: str = "extensions") -> Any:
    """The module ``docs/FOLDER/NAME.py``."""
    spec = spec_from_file_location(f"docs_{name}", DOCS / folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def anchors(text: str) -> set[str]:
    """The places of a page: what ``<a id>`` says, and its headings as GitHub spells them."""
    headings = re.findall(r"(?m)^#+ (.*)$", text)
    spelt = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
    return spelt | set(re.findall(r'<a id="([\w-]+)"></a>', text))
