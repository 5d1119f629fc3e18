"""Which model a command works on: a checkpoint, or an adapter and what it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...lm.checkpoint.adapters.reading import is_adapter
from ...lm.checkpoint.folder import load
from ...lm.model import LanguageModel


def model_of(options: Any, other: Path | None = None) -> LanguageModel:
    """The model of ``options.checkpoint``, or another that the options name.

    Another that is an adapter changes ``options.base`` or, where that is absent, the checkpoint itself.

    Raises:
        ValueError: as ``st.lm.load``; a base where nothing is an adapter.
    """
    adapted = is_adapter(options.checkpoint)
    if other is None:
        named = (options.checkpoint, getattr(options, "teacher", None), getattr(options, "other", None))
        if options.base is not None and not any(path is not None and is_adapter(path) for path in named):
            raise ValueError(f"{str(options.checkpoint)!r} is no adapter; expected no --base, or an adapter.")
        return load(options.checkpoint, options.dtype, base=options.base if adapted else None)
    reference = None if adapted else options.checkpoint
    base = (options.base or reference) if is_adapter(other) else None
    return load(other, options.dtype, base=base)
