"""For experiments whose cross-model students begin at the next seed's reference model."""

from __future__ import annotations

from typing import Any

from experiments.harness.presets import seeds_of

from . import digests


def about(config: Any) -> dict[str, Any]:
    """Digests of every seed's reference model, and of the one after the last seed."""
    seeds = seeds_of(config)
    return digests(config.protocol.pretraining, range(seeds.start, seeds.stop + 1))
