"""The documentation's extensions, as Sphinx imports them: by file, without their folder on the path for good."""

from __future__ import annotations

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
