"""Tasks about the digit shown: what they ask, how they are judged, and which logits a student may imitate."""

import jax.numpy as jnp
import numpy as np
import pytest

from experiments.auxiliary_logits.common.lessons import TASKS, area_under_curve, several_tasks, task_channels
from experiments.auxiliary_logits.common.protocol import Protocol

YES = {
    "at least five": {5, 6, 7, 8, 9},
    "even": {0, 2, 4, 6, 8},
    "prime": {2, 3, 5, 7},
    "multiple of three": {0, 3, 6, 9},
    "power of two": {1, 2, 4, 8},
}


def test_tasks_ask_what_their_names_say():
    assert {task: {label for label in range(10) if asks(label)} for task, asks in TASKS.items()} == YES


def test_channels_are_one_task_or_all_others():
    channels = task_channels(tuple(TASKS))
    numbers = np.arange(10)
    for task in TASKS:
        only, without = numbers[channels[f"only {task}"]], numbers[np.array(channels[f"without {task}"])]
        assert sorted([*only, *without]) == list(numbers)
        assert len(only) == 2
    np.testing.assert_array_equal(numbers[channels["all"]], numbers)


def test_who_always_gives_one_answer_has_one_half_and_who_knows_has_one():
    tasks = tuple(TASKS)
    labels = jnp.arange(10, dtype=jnp.int32)
    images = jnp.eye(10)
    right = np.array([[TASKS[task](label) for task in tasks] for label in range(10)])
    knowing = jnp.asarray(np.stack([~right, right], axis=-1).reshape(10, 10), float)
    constant = jnp.tile(jnp.array([0.0, 1.0]), (10, 5))
    lesson = several_tasks(tasks, 10)
    for table, value in ((knowing, 1.0), (constant, 0.5), (-knowing, 0.0)):
        judged = lesson.judged(lambda params, x: x @ params, table, images, labels)
        np.testing.assert_allclose([float(v) for v in judged.values()], value, atol=1e-12)


def test_area_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    scores, answers = rng.integers(0, 6, 40).astype(float), rng.integers(0, 2, 40)
    pairs = [(s > t) + 0.5 * (s == t) for s in scores[answers == 1] for t in scores[answers == 0]]
    np.testing.assert_allclose(float(area_under_curve(jnp.asarray(scores), jnp.asarray(answers))), np.mean(pairs))


def test_unknown_tasks_and_channels_of_another_lesson_are_one_sentence():
    with pytest.raises(ValueError, match="unknown task 'evn': did you mean 'even'"):
        Protocol(tasks=("evn",))
    from experiments.auxiliary_logits.common.one_seed import experiment
    from experiments.auxiliary_logits.common.protocol import Student

    with pytest.raises(ValueError, match="unknown channel of this lesson 'auxiliary'"):
        experiment(Protocol(tasks=("even",)), {"student": Student()}, 10, 64)
