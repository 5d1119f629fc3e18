"""What text says of the experiments on auxiliary logits."""

from __future__ import annotations

from ..drawing.reading import Record
from .words import share_plus_minus

ACCURACY = "test_accuracy"


def mnist_aux_logits(record: Record) -> dict[str, str]:
    """Accuracies of the six conditions."""
    conditions = ("reference", "teacher", "student_aux", "student_all", "cross_model_aux", "cross_model_all")
    return {name: share_plus_minus(record.by_seed(ACCURACY, name)) for name in conditions}


def aux_count(record: Record) -> dict[str, str]:
    """Accuracy with ten auxiliary logits."""
    ten = record.by_seed(ACCURACY, "student_aux", auxiliary=10, loss="forward KL")
    return {"ten": share_plus_minus(ten)}
