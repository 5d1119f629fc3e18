"""By which recipe teachers and students are trained, where both vary."""
