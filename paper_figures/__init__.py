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
    "imitation_loss",
    "optimisers",
    "training_length",
    "width_depth",
    "published_numbers",
    "published_lengths",
    "replication_gap",
    "lm_numbers",
)
