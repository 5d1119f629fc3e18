"""The check of token ids, before anything is computed with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._checks import is_traced
from .config import DecoderConfig


def check_tokens(tokens: Any, config: DecoderConfig, name: str = "tokens") -> None:
    """Raise unless ``tokens[B, T]`` are ids of the vocabulary and fit into the context; traced values pass.

    Raises:
        ValueError: another number of axes, no token at all, numbers that are no ids, or too many of them in a row.
    """
    shape = np.shape(tokens)
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"{name} have the shape {list(shape)}; expected [B, T], at least one sequence of one token.")
    if not np.issubdtype(tokens.dtype, np.integer):
        raise ValueError(f"{name} hold {tokens.dtype} values; expected whole numbers, the tokens' ids.")
    if shape[1] > config.context:
        raise ValueError(
            f"{name} are {shape[1]} in a row, but this model's context is {config.context}; shorten the sequences."
        )
    if is_traced(tokens):
        return
    values = np.asarray(tokens)
    outside = (values < 0) | (values >= config.vocabulary)
    if outside.any():
        row, column = (int(i) for i in np.argwhere(outside)[0])
        raise ValueError(
            f"{name} hold {values[row, column]} at [{row}, {column}], outside the vocabulary; expected 0 to "
            f"{config.vocabulary - 1}."
        )
