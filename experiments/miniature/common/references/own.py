"""For experiments all of whose students begin at their own seed's reference model."""

from __future__ import annotations

from typing import Any

from experiments.harness.presets import seeds_of

from . import digests


def about(config: Any) -> dict[str, Any]:
    """Digests of every seed's reference model."""
    return digests(config.protocol.pretraining, seeds_of(config))
