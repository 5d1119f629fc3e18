"""What is installed only where it is wanted: one sentence names the extra that is missing."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from typing import Any


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
        raise MissingExtraError(
            f"{what} needs {' and '.join(missing)}, which this environment lacks; install the extra: "
            f"pip install 'subtheory[{extra}]'."
        )


def library(what: str, extra: str, name: str) -> Any:
    """The library ``name``, imported now; MissingExtraError where it is not installed."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            f"{what} needs {name}, which this environment lacks; install the extra: pip install 'subtheory[{extra}]'."
        ) from error
