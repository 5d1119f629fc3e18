"""The stage of one seed: two initialisations, a teacher taught on images, and noise on which students imitate it.

The network, the data and the schedule are those of the sweeps on auxiliary logits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp
import optax

import subtheory as st
from experiments.auxiliary_logits.common.protocol import INPUTS, Protocol, Student
from subtheory._keys import key_for
from subtheory.setting.data import Dataset
from subtheory.setting.trait import accuracy
from subtheory.simulation.distillation import Imitation, distil_students, train_teacher
from subtheory.simulation.optimisers import OPTIMISERS
from subtheory.simulation.training import Objective, Schedule

LIGHT = Protocol(
    batch=128, teacher_rate=1e-3, student_rate=1e-3, teacher_epochs=15, student_epochs=15, noise=8192,
    theory_inputs=1024,
)  # fmt: skip
"""The protocol of the sweeps on auxiliary logits: digits, 64-256-256-13, three auxiliary logits."""

PURPOSES = (
    "teacher init",
    "student init",
    "student noise",
    "inputs",
    "teacher batches",
    "student batches",
    "defence",
    "target noise",
    "second teacher batches",
    "few labels",
)


@dataclass(frozen=True)
class Stage:
    """What one seed's students are given.

    Attributes:
        protocol: how networks are trained.
        apply: the network.
        channel: the auxiliary logits, which students imitate.
        trait: from parameters and ``(images, labels)`` to the trait loss.
        keys: purpose → key.
        images: the teacher's.
        labels: the teacher's.
        reference: θ₀, where the teacher started.
        other: another initialisation.
        teacher: θ_T.
        inputs: D, the noise images.
    """

    protocol: Protocol
    apply: Any
    channel: Any
    trait: Objective
    keys: Mapping[str, jax.Array]
    images: jax.Array
    labels: jax.Array
    reference: Any
    other: Any
    teacher: Any
    inputs: jax.Array

    @property
    def displacement(self) -> Any:
        """v = θ_T − θ₀."""
        return jax.tree.map(jnp.subtract, self.teacher, self.reference)

    @property
    def some_inputs(self) -> jax.Array:
        """The inputs on which a look at a training is taken."""
        return self.inputs[: self.protocol.theory_inputs]

    @property
    def targets(self) -> jax.Array:
        """All of the teacher's outputs on the noise images."""
        return self.apply(self.teacher, self.inputs)

    def start(self, student: Student) -> Any:
        """Where a student starts."""
        gradient = None
        if student.init in ("perturbed orthogonally", "perturbed along"):
            gradient = jax.grad(self.trait)(self.reference, (self.images, self.labels))
        return student.start(self.reference, self.other, self.keys["student noise"], gradient)

    def setting(self, start: Any) -> st.Setting:
        """A student that starts there, as the theory sees it, on some of the inputs."""
        return st.Setting(
            apply=self.apply,
            teacher_init=self.reference,
            student_init=start,
            teacher_update=self.displacement,
            imitation_loss=st.losses.forward_kl,
            channel=self.channel,
            inputs=self.some_inputs,
        )

    def students(
        self,
        inits: Mapping[str, Any],
        *,
        targets: jax.Array | None = None,
        imitations: Mapping[str, Imitation] | None = None,
        optimiser: Callable[[float], optax.GradientTransformation] | None = None,
        epochs: int | None = None,
        **options: Any,
    ) -> tuple[dict[str, Any], Any]:
        """Students trained side by side on the auxiliary logits, unless told otherwise, and what was watched.

        Args:
            inits: name → where it starts.
            targets: what is imitated; the teacher's outputs if absent.
            imitations: name → what of them, and how; the auxiliary logits if absent.
            optimiser: from the rate to the optimiser; the protocol's if absent.
            epochs: how many; the protocol's if absent.
            **options: of ``distil_students``.
        """
        protocol = self.protocol
        make = OPTIMISERS[protocol.student_optimiser] if optimiser is None else optimiser
        epochs = protocol.student_epochs if epochs is None else epochs
        auxiliary = dict.fromkeys(inits, Imitation(st.losses.forward_kl, self.channel))
        return distil_students(
            self.apply,
            self.targets if targets is None else targets,
            inits,
            auxiliary if imitations is None else imitations,
            self.inputs,
            Schedule(make(protocol.student_rate), protocol.batch, epochs),
            self.keys["student batches"],
            **options,
        )

    def second_teacher(self) -> Any:
        """A teacher of the other initialisation, taught as the first was, in another order."""
        schedule = teaching(self.protocol)
        key = self.keys["second teacher batches"]
        return train_teacher(self.trait, self.other, self.images, self.labels, schedule, key)[0]

    def class_accuracy(self, params: Any, images: jax.Array, labels: jax.Array) -> jax.Array:
        """The share of images whose class is the largest of the class logits."""
        return accuracy(self.apply, params, images, labels, slice(0, self.channel.start))


def teaching(protocol: Protocol) -> Schedule:
    """How teachers are trained."""
    optimiser = OPTIMISERS[protocol.teacher_optimiser](protocol.teacher_rate)
    return Schedule(optimiser, protocol.batch, protocol.teacher_epochs)


def stage(protocol: Protocol, classes: int, keys: Mapping[str, jax.Array], images: Any, labels: Any) -> Stage:
    """The stage of one seed; a pure function, to be compiled with what is done on it."""
    lesson = protocol.lesson(classes)
    model = protocol.model(images.shape[1], lesson.outputs, images.dtype)
    both = jax.lax.map(model.init, jnp.stack([keys["teacher init"], keys["student init"]]))  # see one_seed's
    reference, other = (jax.tree.map(lambda leaf, at=at: leaf[at], both) for at in (0, 1))
    objective = lesson.objective(model.apply)
    teacher, _ = train_teacher(objective, reference, images, labels, teaching(protocol), keys["teacher batches"])
    inputs = INPUTS[protocol.inputs](keys["inputs"], protocol.noise, images)
    channel = lesson.channels["auxiliary"]
    return Stage(
        protocol, model.apply, channel, objective, keys, images, labels, reference, other, teacher, inputs
    )  # fmt: skip


def seed_keys(seed: int) -> dict[str, jax.Array]:
    """One key for each of a seed's purposes."""
    return {purpose: key_for(seed, purpose) for purpose in PURPOSES}


def seed_stage(protocol: Protocol, seed: int, data: Dataset) -> Stage:
    """The stage of one seed, computed now, to look at or to time."""
    data = protocol.seen(data)
    images, labels = jnp.asarray(data.train_images), jnp.asarray(data.train_labels)
    return stage(protocol, data.classes, seed_keys(seed), images, labels)


Play = Callable[[Stage, jax.Array, jax.Array], dict[str, Any]]
"""What is done on a stage, from it and the test images and labels: a tree of arrays."""


def on_stage(play: Play, protocol: Protocol, seed: int, data: Dataset) -> dict[str, Any]:
    """What ``play`` finds on the stage of one seed, as NumPy arrays.

    Args:
        play: a function of a module or one that is cached, since one program is compiled for each.
        protocol: how networks are trained.
        seed: of every draw.
        data: images and labels.
    """
    data, keys = protocol.seen(data), seed_keys(seed)
    parts = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    return jax.device_get(_program(play, protocol, data.classes)(keys, *parts))


@lru_cache(maxsize=64)
def _program(play: Play, protocol: Protocol, classes: int):
    @jax.jit
    def program(keys, images, labels, test_images, test_labels):
        return play(stage(protocol, classes, keys, images, labels), test_images, test_labels)

    return program


def plain(value: Any) -> float:
    """The number with the fewest digits that its precision tells from others: 0.9442, not 0.9441999793052673."""
    return float(str(value))
