"""What a record says of its reference models: digests of their weights, so that two records can be told to share them.

The ``about`` of an experiment's module is that of ``own`` or of ``with_next``, or its own where it has other models.
"""

from __future__ import annotations

import hashlib
from typing import Any

import jax
import numpy as np

from subtheory.lm import LanguageModel

from ...world.reference import Pretraining, reference


def digest(model: LanguageModel) -> str:
    """16 digits of SHA-256 of all weights, in the order of the parameters' tree."""
    leaves = jax.tree.leaves(model.params)
    return hashlib.sha256(b"".join(np.asarray(leaf).tobytes() for leaf in leaves)).hexdigest()[:16]


def digests(pretraining: Pretraining, seeds: range) -> dict[str, Any]:
    """Seed → digest of its reference model, as it stands in ``run.json``."""
    return {"reference_models": {str(seed): digest(reference(pretraining, seed)) for seed in seeds}}
