"""What text says of the experiments on real language models."""

from __future__ import annotations

from ..drawing.reading import Record
from .miniature import by_seed
from .words import plus_minus


def lm_stories(record: Record) -> dict[str, str]:
    """Welch's t of the audit at ε = 0.01, over seeds: the teacher's stories, and another model reading them."""
    other = "other init on teacher's, v"
    return {
        "teacher": plus_minus(by_seed(record, "t", "teacher", epsilon=0.01), 1),
        "own": plus_minus(by_seed(record, "t", "second control", epsilon=0.0), 1),
        "other": plus_minus(by_seed(record, "t", other, epsilon=0.01), 1),
    }
