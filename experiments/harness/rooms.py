"""Which experiment lives in which room: all that a list of them needs, without JAX."""

from __future__ import annotations

from collections.abc import Mapping

from subtheory._names import known_name

ROOMS: Mapping[str, tuple[str, ...]] = {
    "one_step": (
        "alignment_rate",
        "trait_loss_change",
        "init_alignment",
        "finite_step",
        "information_law",
        "filtering_law",
    ),
    "auxiliary_logits": (
        "mnist_aux_logits",
        "aux_count",
        "init_distance",
        "shared_layers",
        "shared_heads",
        "wide_heads",
        "student_inputs",
        "imitation_loss",
        "optimisers",
        "preconditioners",
        "training_length",
        "width_depth",
        "published_numbers",
        "published_lengths",
        "replication_gap",
        "permuted_students",
        "cnn_students",
        "class_count",
        "multi_task",
        "matched_students",
    ),
    "trajectory": ("certificate_start", "alignment_traces", "defences", "predict_transfer", "flow_map"),
    "miniature": (
        "lm_numbers",
        "lm_code",
        "lm_rounding",
        "lm_traces",
        "lm_misalignment",
        "lm_reasoning",
        "lm_in_context",
        "lm_shuffled",
        "lm_cross_models",
        "lm_damage",
        "lm_detection",
        "lm_audit_ranks",
        "lm_attribution",
        "lm_prompted",
        "lm_bandwidth",
        "lm_tokens",
        "lm_adapters",
        "lm_false_facts",
        "lm_mixtures",
        "lm_paraphrase",
    ),
    "audits": ("lm_rivals",),
    "recipes": ("lm_crossed_optimisers", "lm_repeated"),
    "checkpoints": ("lm_stories", "smollm_numbers"),
}
"""The experiments of each room, in the order in which they are listed and run."""


def names() -> tuple[str, ...]:
    """All experiments, room by room."""
    return tuple(name for room in ROOMS.values() for name in room)


def room_of(name: str) -> str:
    """The room of one experiment, whose module is ``experiments/ROOM/NAME.py``.

    Raises:
        ValueError: if the name is unknown (the nearest is suggested).
    """
    known_name("experiment", name, names())
    return next(room for room, those in ROOMS.items() if name in those)
