"""A miniature of the miniature: reference models that are trained in a second, for tests of the experiments."""

from __future__ import annotations

from dataclasses import replace

from experiments.miniature.common import protocol as lab
from experiments.miniature.world.learning import Recipe
from experiments.miniature.world.reference import Pretraining

TINY = replace(
    lab.Protocol(),
    pretraining=Pretraining(width=8, layers=1, heads=1, mlp_width=16, steps=250, batch=16, rate=1e-2),
    teacher=Recipe(1e-2, 32),
    teacher_examples=640,
    teacher_kept=0.3,
    student=Recipe(1e-3, 128),
    examples=256,
)
