"""The checkpoint that experiments on language models run on: a folder of the user's, or another package's file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from subtheory._extras import MissingExtraError

ENVIRONMENT = "SUBTHEORY_STORIES260K"
HOW = f"give the folder of stories260k (--checkpoint DIR, or ${ENVIRONMENT})"


def folder(given: Path | None) -> Path | None:
    """The folder that the command line or the environment names, or None."""
    named = os.environ.get(ENVIRONMENT, "")
    return given if given is not None else Path(named) if named else None


def lacking(name: str) -> str:
    """Why the packaged model of this name cannot be loaded here; empty if it can."""
    from subtheory.lm.checkpoint.located import located

    try:
        located(name)
    except MissingExtraError as error:
        return str(error)
    return ""


def load(place: Path | None, dtype: str) -> Any:
    """The language model in that folder, or of that name.

    Raises:
        ValueError: if there is none, or it is no checkpoint.
        MissingExtraError: if the extra `lm`, or the package of a model, is not installed.
    """
    if place is None:
        raise ValueError(f"got no checkpoint; {HOW}.")
    from subtheory import lm

    return lm.load(place, dtype)
