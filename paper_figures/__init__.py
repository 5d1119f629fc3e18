"""One module per figure, same stem as its experiment; drawing reads records and imports neither jax nor subtheory."""

NAMES = (
    "alignment_rate",
    "trait_loss_change",
    "init_alignment",
    "finite_step",
    "information_law",
    "filtering_law",
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
    "lm_stories",
    "lm_numbers",
    "lm_code",
    "lm_misalignment",
    "lm_reasoning",
    "lm_in_context",
    "lm_detection",
    "lm_tokens",
)

ACROSS = ("lm_one_axis",)
"""Figures that are drawn from several experiments' records, and have none of their own."""
