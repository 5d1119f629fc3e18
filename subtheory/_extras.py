"""What is installed only where it is wanted: one sentence names the extra that is missing."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

LANGUAGE_MODELS = ("subtheory.lm", "lm", "safetensors", "tokenizers", "jinja2", "msgspec")
"""What ``needs`` is told of language models."""


class MissingExtraError(ImportError):
    """A library of an extra is not installed; the message is one sentence, with the command that installs it."""


def needs(what: str, extra: str, *libraries: str) -> None:
    """Raise MissingExtraError unless all libraries can be imported.

    Args:
        what: that needs them.
        extra: of this package, that brings them.
        libraries: their import names.
    """
    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        raise _missing(what, extra, missing)


def library(what: str, extra: str, name: str) -> Any:
    """The library ``name``, imported now; MissingExtraError where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise _missing(what, extra, [name]) from error


def _missing(what: str, extra: str, names: Sequence[str]) -> MissingExtraError:
    *others, last = names
    listed = f"{', '.join(others)} and {last}" if others else last
    return MissingExtraError(
        f"{what} needs {listed}, which this environment lacks; install the extra: pip install 'subtheory[{extra}]'."
    )
