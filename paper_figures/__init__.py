"""One module per figure, same room and stem as its experiment; drawing reads records, without jax or subtheory."""

ROOMS = {
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
        "student_inputs",
        "imitation_loss",
        "optimisers",
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
    "checkpoints": ("lm_stories", "smollm_numbers"),
}
"""The figures of each room; ``paper_figures/ROOM/NAME.py`` draws the record of ``experiments/ROOM/NAME.py``."""

ACROSS = {"trajectory": ("theory_ends",), "miniature": ("lm_one_axis",)}
"""Figures that are drawn from several experiments' records, and have none of their own."""
