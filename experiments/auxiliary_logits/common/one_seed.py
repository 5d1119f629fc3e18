"""The auxiliary-logit experiment of one seed (paper, section 6.2 and figure 10), as one compiled program.

One classifier with auxiliary logits is taught on labelled images by its class logits alone; students imitate some of
its logits on noise images. What is chosen, and by which names, is in ``auxiliary_protocol``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

import subtheory as st
from subtheory._keys import key_for
from subtheory._names import known_name
from subtheory._tree import cosine
from subtheory.setting.data import Dataset
from subtheory.simulation.distillation import Imitation, distil_students, train_teacher
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.training import Schedule

from . import sampled_labels
from .lessons import METRICS as LESSONS
from .matching import MATCHED, initial_divergence, matched_inits
from .matching import METRICS as MATCHING
from .protocol import INPUTS, LOSSES, SAMPLED, Protocol, Student
from .theory import METRICS as THEORY
from .theory import theory_of

METRICS = ("test_accuracy", *LESSONS, *THEORY, "aligned displacement cosine", *MATCHING)

PURPOSES = (
    "teacher init",
    "student init",
    "student noise",
    "inputs",
    "teacher batches",
    "student batches",
    "sampled labels",
    "stranger",
    "matching inputs",
    "matching batches",
)
"""What a seed's keys are for: each draw has its own, so that a student's fresh init is no other seed's."""

Results = dict[str, dict[str, Any]]
"""Condition → metric → value; the conditions are ``reference``, ``teacher`` and the students' names."""


def measure(protocol: Protocol, students: Mapping[str, Student], seed: int, data: Dataset) -> Results:
    """All conditions of one seed.

    Args:
        protocol: how networks are trained.
        students: condition → student, trained side by side on the same minibatches.
        seed: of every draw.
        data: images, scaled to [-1, 1], and labels.

    Returns:
        ``test_accuracy`` of every condition, and of students what theory says beside it (see ``auxiliary_theory``).
    """
    data = protocol.seen(data)
    program = _program(protocol, tuple(students.items()), data.classes, data.train_images.shape[1])
    return in_order(jax.device_get(program(seed_keys(seed), *_on_device(data))), students)


def in_order(results: Mapping[str, Mapping[str, Any]], students: Mapping[str, Student]) -> Results:
    """One seed's results as plain numbers, conditions and metrics in the order of the record."""
    return {
        name: {metric: _shortest(results[name][metric]) for metric in METRICS if metric in results[name]}
        for name in ("reference", "teacher", *students)
    }


def rows_of(seed: int, results: Results, **sweep: Any) -> list[dict[str, Any]]:
    """The tidy rows of ``measure``'s results, in its order."""
    return [
        {"seed": seed, "condition": condition, "metric": metric, "value": value, **sweep}
        for condition, metrics in results.items()
        for metric, value in metrics.items()
    ]


def seed_keys(seed: int) -> dict[str, jax.Array]:
    """One key for each of a seed's purposes."""
    return {purpose: key_for(seed, purpose) for purpose in PURPOSES}


def experiment(
    protocol: Protocol, students: Mapping[str, Student], classes: int, features: int
) -> Callable[..., Results]:
    """The experiment as a pure function ``run(keys, images, labels, test_images, test_labels)``, to compile or map.

    Args:
        protocol: how networks are trained.
        students: condition → student.
        classes: the number of classes in the data.
        features: the number of values of one image.
    """
    lesson = protocol.lesson(classes)
    outputs = lesson.outputs
    channels = lesson.channels
    for one in students.values():
        known_name("channel of this lesson", one.channel, channels)
    labels = sampled_labels.places(channels, outputs)
    sampled = {name for name, one in students.items() if one.loss == SAMPLED}
    imitations = {
        name: Imitation(LOSSES[one.loss], channels[one.channel], labels[one.channel] if name in sampled else None)
        for name, one in students.items()
    }
    teaching = Schedule(
        OPTIMISERS[protocol.teacher_optimiser](protocol.teacher_rate), protocol.batch, protocol.teacher_epochs
    )

    def imitating(epochs: int) -> Schedule:
        return Schedule(OPTIMISERS[protocol.student_optimiser](protocol.student_rate), protocol.batch, epochs)

    def run(keys, images, labels, test_images, test_labels):
        model = protocol.model(features, outputs, images.dtype)
        reference, other = _two_inits(model, keys)
        objective = lesson.objective(model.apply)
        gradient = jax.grad(objective)(reference, (images, labels))
        inits = {name: one.start(reference, other, keys["student noise"], gradient) for name, one in students.items()}
        inputs = INPUTS[protocol.inputs](keys["inputs"], protocol.noise, images)
        teacher, _ = train_teacher(objective, reference, images, labels, teaching, keys["teacher batches"])
        models = {"reference": reference, "teacher": teacher, "stranger": model.init(keys["stranger"])}
        inits = matched_inits(
            model.apply,
            students,
            inits,
            models,
            lambda kind: INPUTS[kind](keys["matching inputs"], len(images), images),
            imitating,
            keys["matching batches"],
        )
        targets = model.apply(teacher, inputs)
        if sampled:
            targets = sampled_labels.beside(targets, channels, keys["sampled labels"])
        trained, _ = distil_students(
            model.apply, targets, inits, imitations, inputs, imitating(protocol.student_epochs), keys["student batches"]
        )
        results = {
            name: lesson.judged(model.apply, params, test_images, test_labels)
            for name, params in {"reference": reference, "teacher": teacher, **trained}.items()
        }
        some = inputs[: protocol.theory_inputs]
        for name, imitation in imitations.items():
            if name in sampled:  # the mean over samples is soft labels' (T9)
                imitation = Imitation(st.losses.softmax_cross_entropy, imitation.channel)
            results[name] |= theory_of(
                model.apply, reference, teacher, inits[name], trained[name], imitation, some,
                shared=students[name].init == "shared",
            )  # fmt: skip
            if students[name].init in MATCHED:
                before = lesson.judged(model.apply, inits[name], test_images, test_labels)
                results[name] |= {
                    "initial accuracy": before["test_accuracy"],
                    "initial divergence": initial_divergence(model.apply, reference, inits[name], some),
                }
            if students[name].init == "permuted":
                moved = jax.tree.map(jnp.subtract, trained[name], inits[name])
                moved = students[name].undone(moved, reference, keys["student noise"])
                results[name]["aligned displacement cosine"] = cosine(
                    moved, jax.tree.map(jnp.subtract, teacher, reference)
                )
        return results

    return run


def _two_inits(model: st.models.Model, keys: dict[str, jax.Array]) -> tuple[Any, Any]:
    """The teacher's init and another, drawn in a loop, whose results the compiler keeps.

    Drawn in the open they would be drawn again wherever they are used, to another rounding, and a student that has not
    moved would be found some 1e-8 away from its own init.
    """
    both = jax.lax.map(model.init, jnp.stack([keys["teacher init"], keys["student init"]]))
    return jax.tree.map(lambda leaf: leaf[0], both), jax.tree.map(lambda leaf: leaf[1], both)


@lru_cache(maxsize=8)
def _on_device(data: Dataset) -> tuple[jax.Array, ...]:
    parts = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    return tuple(jax.device_put(part) for part in parts)  # on a CPU used in place: asarray would copy


@lru_cache(maxsize=32)
def _program(protocol: Protocol, named: tuple[tuple[str, Student], ...], classes: int, features: int):
    return jax.jit(experiment(protocol, dict(named), classes, features))


def _shortest(value: np.ndarray) -> float:
    """The number with the fewest digits that its precision tells from others: 0.9442, not 0.9441999793052673."""
    return float(str(value))
