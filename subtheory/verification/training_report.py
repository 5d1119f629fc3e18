"""``verify_training``: theory against simulation at every step of a training (theory.md, T14)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jaxtyping import Bool, Float

from .._checks import finite_tree, same_structure
from .._documentation import page
from .._keys import key_for
from .._typing import Params
from ..setting.compiled import computed
from ..setting.setting import Setting
from ..simulation.trajectory import Training, imitate
from ..theory.trajectory import cosine_bound, imitation_terms, largest_certified_rate

PLAIN = 1e-4
"""A step whose part beside the gradient is larger than this share of it is no plain gradient descent."""


@dataclass(frozen=True)
class TrainingReport:
    """Theory and simulation of K steps of imitation, side by side.

    Attributes:
        params: the student's last parameters.
        monotone: ``[K]``, S ≥ 0 before each step, from theory.
        remainder: ``[K]``, ρ before each step, from theory.
        progress: ``[K]``, −∇L_S·(θ_T − θ), from the gradient itself; theory says S − ρ.
        certified: ``[K]``, S > |ρ|: gradient flow comes closer to the teacher.
        closer: ``[K]``, whether the distance fell in this step.
        distance: ``[K + 1]``, ‖θ_T − θ‖.
        cosine: ``[K]``, of the student's displacement with the teacher's, after each step.
        cosine_bound: ``[K]``, ‖d‖/(2‖w‖), which the cosine exceeds wherever the distance is not above its first value.
        largest_certified_rate: ``[K]``, 2(S − ρ)/‖∇L_S‖²: plain descent at a smaller rate comes strictly closer.
        rate: ``[K]``, the rate along its gradient that the optimiser took.
        plain: whether every step was plain gradient descent on all inputs, of which alone (b) and (c) speak.
        loss: ``[K]``, L_S before each step.
    """

    params: Params = field(repr=False)
    monotone: Float[np.ndarray, " K"]
    remainder: Float[np.ndarray, " K"]
    progress: Float[np.ndarray, " K"]
    certified: Bool[np.ndarray, " K"]
    closer: Bool[np.ndarray, " K"]
    distance: Float[np.ndarray, " K1"]
    cosine: Float[np.ndarray, " K"]
    cosine_bound: Float[np.ndarray, " K"]
    largest_certified_rate: Float[np.ndarray, " K"]
    rate: Float[np.ndarray, " K"]
    plain: bool
    loss: Float[np.ndarray, " K"]

    @property
    def identity_error(self) -> float:
        """The largest difference of progress from S − ρ, relative to S + |ρ|."""
        size = np.maximum(self.monotone + np.abs(self.remainder), np.finfo(self.monotone.dtype).tiny)
        return float(np.max(np.abs(self.progress - (self.monotone - self.remainder)) / size))

    @property
    def guaranteed(self) -> Bool[np.ndarray, " K"]:
        """Certified, and at a rate at which T14 promises that the distance falls; only for plain descent."""
        return self.certified & (self.rate < self.largest_certified_rate) & self.plain

    def summary(self) -> str:
        """In words: for how many steps certified, closer, aligned; what was lost, and when."""
        steps = len(self.certified)
        first = np.flatnonzero(~self.certified)
        ended = self.distance[-1] / self.distance[0]
        within = self.distance[1:] <= self.distance[0]
        lines = [
            f"{steps} steps: certified (S > |ρ|) in {self.certified.sum()}, closer to the teacher in "
            f"{self.closer.sum()}; the student ends at {ended:.3g} of its first distance, the imitation loss "
            f"at {self.loss[-1]:.3g}.",
            f"The identity −∇L_S·(θ_T − θ) = S − ρ holds to {self.identity_error:.1g}.",
            f"The cosine of the two displacements is {self.cosine[-1]:.3g}"
            + (f", and must be at least {self.cosine_bound[-1]:.3g}." if within[-1] else "; nothing bounds it."),
        ]
        if first.size:
            lines.append(f"The certificate was first lost at step {first[0]}, where ρ/S = {self._ratio(first[0]):.3g}.")
        if self.plain:
            lost = np.flatnonzero(self.certified & ~self.closer)
            if lost.size:
                lines.append(
                    f"In {lost.size} certified steps the distance rose, first at step {lost[0]}: the rate "
                    f"{self.rate[lost[0]]:.3g} is above {self.largest_certified_rate[lost[0]]:.3g}."
                )
        else:
            lines.append(
                "The optimiser is not plain descent on all inputs: identity and certificate hold for the gradient at "
                f"every step, but nothing is guaranteed of the distance (T14, d and f, of {page('theory')})."
            )
        return "\n".join(lines)

    def _ratio(self, step: int) -> float:
        return float(self.remainder[step] / self.monotone[step])


def verify_training(
    setting: Setting,
    teacher: Params,
    optimiser: optax.GradientTransformation | None = None,
    steps: int = 400,
    *,
    batch: int | None = None,
    seed: int = 0,
) -> TrainingReport:
    """Train a student to imitate the teacher, and hold T14 against every step.

    Args:
        setting: apply, channel, inputs and a loss with a ``mean_map``; the student starts at ``student_init``, wherever
            that is.
        teacher: θ_T, taught in any way.
        optimiser: any optax optimiser, its rate included; plain descent at rate 1 if absent.
        steps: how many.
        batch: inputs per step (of a language model, places); all of them if absent. S, ρ and progress are always those
            of all inputs.
        seed: of the batches.

    Raises:
        ValueError: teacher and student of different structure, NaN in the teacher, no step, a batch larger than the
            inputs, or a loss without μ.

    >>> import optax, subtheory as st
    >>> line = st.models.linear(3, 2)
    >>> start, goal = (line.init(jax.random.key(i)) for i in (0, 1))
    >>> setting = st.Setting(apply=line.apply, teacher_init=start, student_init=start, trait_loss=st.traits.regulariser,
    ...                      imitation_loss=st.losses.squared_error, inputs=jnp.eye(3))
    >>> report = st.verify_training(setting, goal, optax.sgd(0.1), steps=20)
    >>> bool(report.certified.all()), bool(report.closer.all())  # linear in θ: from any start, at every step (T14, e)
    (True, True)
    """
    same_structure("the teacher", teacher, "student_init", setting.student_init)
    finite_tree("the teacher", teacher)
    count = jax.eval_shape(setting.apply, setting.teacher_init, setting.inputs).shape[0]
    if steps < 1:
        raise ValueError(f"steps is {steps}; expected at least 1.")
    if batch is not None and not 1 <= batch <= count:
        raise ValueError(f"batch is {batch}; expected from 1 to {count}, the number of inputs.")
    optimiser = optax.sgd(1.0) if optimiser is None else optimiser
    key = None if batch is None else key_for(seed, "training batches")

    bare = replace(setting, trait_loss=None, teacher_update=setting.student_init)  # neither plays a part
    training = jax.device_get(computed(_both, bare, optimiser, steps, batch, teacher, key))
    monotones, remainders = training.watched.monotones, training.watched.remainders
    monotone, remainder = monotones.mean(axis=1), remainders.mean(axis=1)
    way = training.distance[0]
    moved = training.displacement[1:]
    safe = np.where(moved * way > 0, moved * way, 1)
    return TrainingReport(
        params=training.params,
        monotone=monotone,
        remainder=remainder,
        progress=training.progress,
        certified=monotone > np.abs(remainder),
        closer=np.diff(training.distance) < 0,
        distance=training.distance,
        cosine=training.inner[1:] / safe,
        cosine_bound=np.asarray(cosine_bound(jnp.asarray(moved), jnp.asarray(way))),
        largest_certified_rate=np.asarray(
            largest_certified_rate(jnp.asarray(monotone - remainder), jnp.asarray(training.squared_gradient))
        ),
        rate=training.rate,
        plain=batch is None and bool(np.all(training.sideways <= PLAIN)),
        loss=training.loss,
    )


def _both(
    setting: Setting, optimiser: optax.GradientTransformation, steps: int, batch: int | None, teacher: Params, key: Any
) -> Training:
    """Training and terms, compiled once for a network, loss, channel, optimiser and length, whatever the parameters."""
    return imitate(
        setting, teacher, optimiser, steps, batch=batch, key=key,
        watch=lambda params: imitation_terms(setting, params, teacher),
    )  # fmt: skip
