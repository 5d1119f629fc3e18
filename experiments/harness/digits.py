"""How many digits a record keeps: of single precision no more than it has, which is half of a record's bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

SINGLE = 9
"""Significant digits that tell every float32 from its neighbours."""


def of_single_precision(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every float to nine significant digits; a float32 comes back from them bit for bit.

    >>> of_single_precision([{"seed": 7, "metric": "target_rate", "value": 0.993510901927948}])
    [{'seed': 7, 'metric': 'target_rate', 'value': 0.993510902}]
    """
    return [
        {column: float(f"{one:.{SINGLE}g}") if isinstance(one, float) else one for column, one in row.items()}
        for row in rows
    ]
