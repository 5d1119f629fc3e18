"""What the teacher is taught and how networks are judged: the classes, or several tasks at once about the digit shown.

In the lesson of classes the outputs are one logit per class and then the auxiliary logits, which no label touches. In a
lesson of tasks every task has two logits, no and yes, and the teacher learns all tasks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from subtheory.setting.trait import accuracy
from subtheory.simulation.distillation import classification_objective
from subtheory.simulation.training import Objective

TASKS: Mapping[str, Callable[[int], bool]] = MappingProxyType(
    {
        "at least five": lambda label: label >= 5,
        "even": lambda label: label % 2 == 0,
        "prime": lambda label: label > 1 and all(label % divisor for divisor in range(2, label)),
        "multiple of three": lambda label: label % 3 == 0,
        "power of two": lambda label: label > 0 and label & (label - 1) == 0,
    }
)
"""Task → whether the answer for a label is yes."""

METRICS = tuple(f"{metric}: {task}" for metric in ("balanced accuracy", "area") for task in TASKS)


@dataclass(frozen=True)
class Lesson:
    """What is taught.

    Attributes:
        outputs: how many outputs the network has.
        channels: name → the outputs that a student may imitate.
        objective: from ``apply`` to the teacher's mean loss on a minibatch ``(images, labels)``.
        judged: ``judged(apply, params, images, labels)`` → metric → value.
    """

    outputs: int
    channels: Mapping[str, Any]
    objective: Callable[[Any], Objective]
    judged: Callable[..., dict[str, jax.Array]]


def classes_and_auxiliary(classes: int, auxiliary: int) -> Lesson:
    """The paper's: cross-entropy of the class logits, with auxiliary logits beside them."""
    outputs = classes + auxiliary
    own = slice(0, classes)

    def judged(apply, params, images, labels):
        return {"test_accuracy": accuracy(apply, params, images, labels, own)}

    channels = {"auxiliary": slice(classes, outputs), "all": slice(0, outputs)}
    return Lesson(outputs, channels, lambda apply: classification_objective(apply, own), judged)


def several_tasks(tasks: tuple[str, ...], classes: int) -> Lesson:
    """Several yes-no tasks: the mean of their cross-entropies; judged by balanced accuracy, of each and on average.

    Balanced accuracy is the mean of the accuracies on the yes and on the no images: whoever always gives one answer has
    one half, however rare it is. The area under the receiver operating characteristic asks for the order alone, not for
    the threshold.

    Args:
        tasks: of ``TASKS``; task i has the outputs 2i (no) and 2i + 1 (yes).
        classes: of the data.
    """
    answers = np.array([[TASKS[task](label) for task in tasks] for label in range(classes)], np.int32)

    def logits_of(apply, params, images):
        return apply(params, images).reshape(len(images), len(tasks), 2)

    def objective(apply):
        def mean_loss(params, minibatch):
            images, labels = minibatch
            losses = optax.losses.softmax_cross_entropy_with_integer_labels(
                logits_of(apply, params, images), jnp.asarray(answers)[labels]
            )
            return jnp.mean(losses)

        return mean_loss

    def judged(apply, params, images, labels):
        chosen = jnp.argmax(logits_of(apply, params, images), axis=-1).astype(jnp.int32)
        right = jnp.asarray(answers)[labels]
        shares = [
            jnp.sum((chosen == right) & (right == answer), axis=0, dtype=images.dtype)
            / jnp.sum(right == answer, axis=0, dtype=images.dtype)
            for answer in (0, 1)
        ]
        balanced = jnp.asarray(0.5, images.dtype) * (shares[0] + shares[1])
        each = {f"balanced accuracy: {task}": balanced[place] for place, task in enumerate(tasks)}
        logits = logits_of(apply, params, images)
        each |= {
            f"area: {task}": area_under_curve(logits[:, place, 1] - logits[:, place, 0], right[:, place])
            for place, task in enumerate(tasks)
        }
        return {"test_accuracy": jnp.mean(balanced), **each}

    return Lesson(2 * len(tasks), task_channels(tasks), objective, judged)


def area_under_curve(scores: jax.Array, answers: jax.Array) -> jax.Array:
    """P(the score of a yes image is above that of a no image), ties counted half.

    Args:
        scores: ``[N]``.
        answers: ``[N]``, 1 for yes and 0 for no.
    """
    yes = answers == 1
    others = jnp.sort(jnp.where(yes, jnp.asarray(jnp.inf, scores.dtype), scores))
    below = jnp.searchsorted(others, scores, side="left") + jnp.searchsorted(others, scores, side="right")
    pairs = jnp.sum(yes, dtype=scores.dtype) * jnp.sum(~yes, dtype=scores.dtype)
    return jnp.sum(jnp.where(yes, below, 0), dtype=scores.dtype) / (2 * pairs)


def task_channels(tasks: tuple[str, ...]) -> dict[str, Any]:
    """The logits of all tasks, of one task alone (``"only even"``), and of all but one (``"without even"``)."""
    numbers = range(2 * len(tasks))
    own = {task: (2 * place, 2 * place + 1) for place, task in enumerate(tasks)}
    return {
        "all": slice(0, len(numbers)),
        **{f"only {task}": slice(first, last + 1) for task, (first, last) in own.items()},
        **{f"without {task}": tuple(n for n in numbers if n not in places) for task, places in own.items()},
    }
