"""What the experiments on whole trainings share: a taught teacher and all that a student of one seed is given."""
