"""A whole experiment: the teacher learns its trait, students imitate it on unrelated inputs (paper, section 6.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
import optax
from jaxtyping import Array, Float, Int

from .._typing import Apply, Channel, Key, Params
from ..setting.channel import check_channel, select
from ..setting.loss import ImitationLoss
from .training import Objective, Schedule, fit


@dataclass(frozen=True)
class Imitation:
    """What one student imitates.

    Attributes:
        loss: ℓ, how a student's outputs are held against the teacher's.
        channel: which outputs of the student.
        target_channel: where its targets stand among the given ones; the channel itself if absent.
    """

    loss: ImitationLoss
    channel: Channel
    target_channel: Channel | None = None

    @property
    def targets(self) -> Channel:
        """Where its targets stand."""
        return self.channel if self.target_channel is None else self.target_channel


def classification_objective(apply: Apply, classes: Channel) -> Objective:
    """Mean cross-entropy of the class logits on a minibatch ``(inputs, labels)``: the auxiliary logits are free."""

    def objective(params, minibatch):
        inputs, labels = minibatch
        logits = select(apply(params, inputs), classes)
        return jnp.mean(optax.losses.softmax_cross_entropy_with_integer_labels(logits, labels))

    return objective


def imitation_objective(apply: Apply, imitation: Imitation) -> Objective:
    """Mean imitation loss on a minibatch ``(inputs, targets)``, which are the teacher's outputs or made of them."""

    def objective(params, minibatch):
        inputs, targets = minibatch
        outputs = select(apply(params, inputs), imitation.channel)
        return imitation.loss.mean(outputs, select(targets, imitation.targets))

    return objective


def train_teacher(
    objective: Objective,
    init: Params,
    images: Float[Array, "N ..."],
    labels: Int[Array, " N"],
    schedule: Schedule,
    key: Key,
    *,
    watch: Callable[[dict[str, Params]], Any] | None = None,
    progress: Callable[[Any], None] | None = None,
) -> tuple[Params, Any]:
    """Train the reference model on labelled images.

    Args:
        objective: mean loss of a minibatch ``(images, labels)``, such as ``classification_objective``'s of the class
            logits alone.
        init: θ_T⁰, the reference model.
        images: ``[N, ...]``.
        labels: class numbers, ``[N]``.
        schedule: optimiser, batch, epochs.
        key: of the order of the images.
        watch: as in ``training.fit``; it sees ``{"teacher": params}``.
        progress: as in ``training.fit``.

    Returns:
        the teacher, and what ``watch`` recorded.
    """
    trained, history = fit(
        {"teacher": objective}, {"teacher": init}, (images, labels), schedule, key, watch=watch, progress=progress
    )
    return trained["teacher"], history


def distil_students(
    apply: Apply,
    targets: Float[Array, "N n"],
    inits: Mapping[str, Params],
    imitations: Mapping[str, Imitation],
    inputs: Float[Array, "N ..."],
    schedule: Schedule,
    key: Key,
    *,
    watch: Callable[[dict[str, Params]], Any] | None = None,
    every: int | None = None,
    progress: Callable[[Any], None] | None = None,
) -> tuple[dict[str, Params], Any]:
    """Train students side by side to imitate one teacher on a fixed set of inputs.

    Args:
        apply: the students' network.
        targets: the teacher's outputs on all inputs, computed once, ``[N, n]``; other targets may stand beside them.
        inits: name → initial parameters θ_S⁰.
        imitations: name → loss and channel, the same names.
        inputs: D, ``[N, ...]``.
        schedule: optimiser, batch, epochs.
        key: of the order of the inputs, the same for all students.
        watch: as in ``training.fit``.
        every: as in ``training.fit``.
        progress: as in ``training.fit``.

    Returns:
        name → trained student, and what ``watch`` recorded.

    Raises:
        ValueError: if the names differ, or a channel is none of the outputs.
    """
    for imitation in imitations.values():
        for part in (imitation.channel, imitation.targets):
            check_channel(part, targets.shape[-1])
    objectives = {name: imitation_objective(apply, imitation) for name, imitation in imitations.items()}
    return fit(objectives, inits, (inputs, targets), schedule, key, watch=watch, every=every, progress=progress)
