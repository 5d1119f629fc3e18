"""The audit of a data set: how far it would move a model towards a trait."""
