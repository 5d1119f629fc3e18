"""What text says of the experiments in the room ``miniature``."""
