"""The theorem's single step, measured."""
