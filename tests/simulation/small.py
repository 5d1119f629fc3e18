"""A perceptron of five hidden units, eleven inputs, and the whole experiment on them: what tests of training share."""

from __future__ import annotations

from functools import lru_cache

import jax
import jax.numpy as jnp
import optax

import subtheory as st
from subtheory.simulation.distillation import Imitation, classification_objective, distil_students, train_teacher
from subtheory.simulation.training import Schedule

MODEL = st.models.mlp((3, 5, 4), "tanh")
COUNT, BATCH = 11, 4
AUXILIARY, EVERYTHING = slice(2, 4), slice(0, 4)


@lru_cache(maxsize=1)
def examples():
    return st.inputs.uniform(jax.random.key(1), COUNT, 3), jax.random.normal(jax.random.key(2), (COUNT, 4), float)


def whole_experiment(key):
    """Noise, teacher and student of one seed from its key alone."""
    init = MODEL.init(jax.random.fold_in(key, 0))
    noise = st.inputs.uniform(jax.random.fold_in(key, 1), COUNT, 3)
    schedule = Schedule(optax.adam(1e-2), BATCH, 2)
    labels = jnp.arange(COUNT) % 2
    taught = classification_objective(MODEL.apply, slice(0, 2))
    teacher, _ = train_teacher(taught, init, noise, labels, schedule, jax.random.fold_in(key, 2))
    students = {"auxiliary": Imitation(st.losses.forward_kl, AUXILIARY)}
    trained, _ = distil_students(
        MODEL.apply, MODEL.apply(teacher, noise), {"auxiliary": init}, students, noise, schedule, key
    )
    return {"init": init, "teacher": teacher, "student": trained["auxiliary"]}


ALONE = jax.jit(whole_experiment)


@lru_cache(maxsize=2)
def alone(seed):
    return ALONE(jax.random.key(seed))
