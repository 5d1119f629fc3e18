"""What runs an experiment, and knows none by itself."""
