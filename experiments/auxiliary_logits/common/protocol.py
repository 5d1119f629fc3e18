"""Every choice of the auxiliary-logit experiments in plain values: how networks are trained, and where students start.

The defaults are the paper's (arXiv 2507.14805, section 6.2 and figure 10).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp

import subtheory as st
from subtheory._names import known_name
from subtheory.setting.data import Dataset, first_classes
from subtheory.setting.init import (  # fmt: skip
    aligned,
    interpolated,
    partly_shared,
    permuted,
    perturbed,
    perturbed_along,
    scrambled,
    some_permuted,
    with_outputs,
)
from subtheory.simulation.optimisers import OPTIMISERS

from .lessons import TASKS, Lesson, classes_and_auxiliary, several_tasks, task_channels
from .matching import MATCHED

SAMPLED = "sampled labels"
LOSSES = MappingProxyType(
    {
        loss.name: loss
        for loss in (
            *st.losses.OBEYING,
            *map(st.losses.softmax_cross_entropy_at, (0.5, 2.0, 5.0, 20.0)),
            *map(st.losses.top_k, (1, 2, 3, 5)),
            st.losses.labels(SAMPLED),
        )
    }
)
"""Imitation losses by name. With ``SAMPLED`` the targets are labels, one per input, sampled from the teacher."""

INPUTS: Mapping[str, Callable[..., jax.Array]] = MappingProxyType(
    {
        "uniform": lambda key, count, images: st.inputs.uniform(key, count, images.shape[1], dtype=images.dtype),
        "gaussian": lambda key, count, images: st.inputs.gaussian(key, count, images.shape[1], dtype=images.dtype),
        "coloured": lambda key, count, images: st.inputs.coloured(
            key, count, image_shape(images), dtype=images.dtype
        ).reshape(count, -1),
        "low rank": lambda key, count, images: st.inputs.low_rank(key, count, images.shape[1], dtype=images.dtype),
        "images": st.inputs.drawn,
        "blurred images": lambda key, count, images: st.inputs.blurred(
            st.inputs.drawn(key, count, images), image_shape(images), image_shape(images)[1] / 8
        ),
    }
)
"""The student's inputs, from a key, their number, and the teacher's training images (flattened)."""


def image_shape(images: jax.Array) -> tuple[int, int]:
    """Height and width of flattened images: square where their number of pixels allows, else one row."""
    side = math.isqrt(images.shape[1])
    return (side, side) if side * side == images.shape[1] else (1, images.shape[1])


NETWORKS: Mapping[str, Callable[..., st.models.Model]] = MappingProxyType(
    {
        "mlp": lambda features, hidden, outputs, activation, scale, dtype: st.models.mlp(
            (features, *hidden, outputs), activation, scale, dtype=dtype
        ),
        "cnn": lambda features, hidden, outputs, activation, scale, dtype: st.models.cnn(
            square(features), hidden, outputs, activation, scale, dtype=dtype
        ),
    }
)
"""A network of so many input values, with what ``hidden`` says of its inner layers."""


def square(features: int) -> tuple[int, int]:
    """Height and width of a square image; ValueError if that number of values makes none."""
    side = math.isqrt(features)
    if side * side != features:
        raise ValueError(f"an image has {features} pixels; a convolutional network expects square images here.")
    return side, side


CHANNELS = ("auxiliary", *task_channels(tuple(TASKS)))

INITS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "shared": lambda student, shared, other, key, gradient: shared,
        "independent": lambda student, shared, other, key, gradient: other,
        "interpolated": lambda student, shared, other, key, gradient: interpolated(shared, other, student.amount),
        "perturbed": lambda student, shared, other, key, gradient: perturbed(
            shared, student.amount, key, student.layers
        ),
        "perturbed orthogonally": lambda student, shared, other, key, gradient: perturbed(
            shared, student.amount, key, orthogonal_to=gradient
        ),
        "perturbed along": lambda student, shared, other, key, gradient: perturbed_along(
            shared, student.amount, gradient
        ),
        "partly shared": lambda student, shared, other, key, gradient: with_outputs(
            partly_shared(shared, other, student.layers), shared, student.outputs
        ),
        **dict.fromkeys(MATCHED, lambda student, shared, other, key, gradient: other),
        "permuted": lambda student, shared, other, key, gradient: permuted(shared, student.orders(shared, key)),
        "scrambled": lambda student, shared, other, key, gradient: scrambled(shared, student.orders(shared, key)),
    }
)
"""Where a student starts: from the teacher's init, another, a key for noise, and the gradient of the teacher's loss."""


@dataclass(frozen=True)
class Protocol:
    """How teacher and students are made.

    Attributes:
        hidden: widths of the hidden layers; of a convolutional network, the channels of its two convolutions.
        activation: one of ``st.models.ACTIVATIONS``.
        init_scale: weights are drawn from N(0, init_scale²/fan_in); 1/√3 has the variance of PyTorch's default.
        auxiliary: m, the number of auxiliary logits.
        teacher_optimiser: one of ``OPTIMISERS``.
        teacher_rate: its learning rate.
        teacher_epochs: passes over the training images.
        student_optimiser: one of ``OPTIMISERS``.
        student_rate: its learning rate.
        student_epochs: passes over the student's inputs.
        batch: examples per step; an epoch's last step takes what is left.
        inputs: what the student's inputs are, one of ``INPUTS``, drawn once per seed.
        noise: how many inputs.
        theory_inputs: how many of them the one-step predictions use.
        network: one of ``NETWORKS``.
        classes: the teacher and its judges see images of the first so many classes only; None takes all.
        tasks: of ``TASKS``; where there are any, the teacher learns these instead of classes, and nothing is auxiliary.
    """

    hidden: tuple[int, ...] = (256, 256)
    activation: str = "relu"
    init_scale: float = 1.0
    auxiliary: int = 3
    teacher_optimiser: str = "adam"
    teacher_rate: float = 3e-4
    teacher_epochs: int = 5
    student_optimiser: str = "adam"
    student_rate: float = 3e-4
    student_epochs: int = 5
    batch: int = 1024
    inputs: str = "uniform"
    noise: int = 60_000
    theory_inputs: int = 4096
    network: str = "mlp"
    classes: int | None = None
    tasks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse unknown words and numbers that make no experiment."""
        known_name("optimiser", self.teacher_optimiser, OPTIMISERS)
        known_name("optimiser", self.student_optimiser, OPTIMISERS)
        known_name("inputs", self.inputs, INPUTS)
        known_name("network", self.network, NETWORKS)
        for task in self.tasks:
            known_name("task", task, TASKS)
        if self.auxiliary < 1 or self.noise < 1:
            raise ValueError(
                f"got {self.auxiliary} auxiliary logits and {self.noise} inputs; expected at least one of each."
            )

    def model(self, features: int, outputs: int, dtype: Any) -> st.models.Model:
        """The network of teacher and students."""
        return NETWORKS[self.network](features, self.hidden, outputs, self.activation, self.init_scale, dtype)

    def lesson(self, classes: int) -> Lesson:
        """What the teacher is taught on data of so many classes."""
        return several_tasks(self.tasks, classes) if self.tasks else classes_and_auxiliary(classes, self.auxiliary)

    def seen(self, data: Dataset) -> Dataset:
        """What teacher and judges see of a data set."""
        return data if self.classes is None else first_classes(data, self.classes)


MNIST = Protocol()
"""The paper's."""
DIGITS = Protocol(batch=128, teacher_epochs=30, student_epochs=30, noise=16_384)
"""The same for scikit-learn's digits, which are fewer and smaller: more passes, fewer images per step."""


@dataclass(frozen=True)
class Student:
    """Where a student starts and what it imitates.

    Attributes:
        channel: ``"auxiliary"`` logits or ``"all"``; of tasks, ``"all"``, ``"only TASK"`` or ``"without TASK"``.
        init: one of ``INITS``; where another init than the teacher's comes in, it is drawn afresh from the seed.
        loss: the imitation loss's name.
        amount: the share of the other init (interpolated), or the standard deviation of Gaussian noise (perturbed, in
            all or some layers; perturbed orthogonally to the gradient of the teacher's loss at its init; perturbed
            along that gradient, up it, by the length that the noise would have), or the share of hidden units that
            stand in another place (permuted; scrambled, with their outgoing weights left where they were), or the
            number of epochs of matching (see ``matching``; the student then starts where they end).
        layers: which layers are the teacher's (partly shared) or noisy (perturbed; all if none is named), such as
            ``("layers/0",)``.
        outputs: numbers of those outputs whose weights are the teacher's besides (partly shared).
        matched_on: one of ``INPUTS``; on as many of them as there are training images the student is matched.
    """

    channel: str = "auxiliary"
    init: str = "shared"
    loss: str = "forward KL"
    amount: float = 0.0
    layers: tuple[str, ...] = ()
    outputs: tuple[int, ...] = ()
    matched_on: str = "images"

    def __post_init__(self) -> None:
        """Refuse unknown words."""
        known_name("channel", self.channel, CHANNELS)
        known_name("init", self.init, INITS)
        known_name("imitation loss", self.loss, LOSSES)
        known_name("inputs to match on", self.matched_on, INPUTS)

    def start(self, shared: Any, other: Any, key: jax.Array, gradient: Any = None) -> Any:
        """The student's initial parameters (see ``INITS``)."""
        return jax.tree.map(jnp.asarray, INITS[self.init](self, shared, other, key, gradient))

    def orders(self, shared: Any, key: jax.Array) -> list[jax.Array]:
        """In which order the hidden units of a permuted (or scrambled) student stand, layer by layer."""
        return some_permuted(shared, key, self.amount)

    def undone(self, params: Any, shared: Any, key: jax.Array) -> Any:
        """Parameters (or a direction) of a permuted student in the teacher's order of hidden units."""
        return aligned(params, self.orders(shared, key))
