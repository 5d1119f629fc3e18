"""Figures of recipes of teachers and of students, where both vary."""
