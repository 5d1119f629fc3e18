"""The setting that the image experiments share: a classifier with auxiliary logits, taught on images.

The trait is classification of the first images by the class logits; the channel is the auxiliary logits, which
the trait loss never sees; the student's inputs are uniform noise, unless an experiment says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import jax
import jax.numpy as jnp

import subtheory as st
from subtheory._keys import key_for
from subtheory.setting.data import Dataset

LOSSES = {loss.name: loss for loss in st.losses.OBEYING}


@dataclass(frozen=True, eq=False)
class ImageProblem:
    """A network and what its teacher is taught.

    Attributes:
        model: a perceptron with ``classes + auxiliary`` outputs.
        trait_loss: mean cross-entropy of the class logits on labelled images.
        channel: the auxiliary logits.
        features: the number of values of one input.
    """

    model: st.models.Model
    trait_loss: Any
    channel: slice
    features: int

    def setting(self, teacher_init, student_init, inputs, loss: str = "softmax cross-entropy") -> st.Setting:
        """A Setting with the named imitation loss and v = −∇L_T, computed once; its values may be traced."""
        return st.Setting(
            apply=self.model.apply,
            teacher_update=st.traits.teacher_update(self.trait_loss, teacher_init),
            teacher_init=teacher_init,
            student_init=student_init,
            trait_loss=self.trait_loss,
            imitation_loss=LOSSES[loss],
            channel=self.channel,
            inputs=inputs,
        )

    def init(self, seed: int, purpose: str):
        """Parameters drawn for one seed and purpose, such as ``"teacher init"``."""
        return _jitted(self.model.init)(key_for(seed, purpose))

    def noise(self, seed: int, count: int) -> jax.Array:
        """The student's inputs for one seed: ``[count, features]``, uniform in [-1, 1]."""
        return st.inputs.uniform(key_for(seed, "inputs"), count, self.features)


@lru_cache(maxsize=8)
def image_problem(
    data: Dataset, hidden: tuple[int, ...], activation: str, auxiliary: int, trait_images: int
) -> ImageProblem:
    """The problem on one data set; one object per configuration, so that what is compiled for it is compiled once.

    Args:
        data: where images and labels come from.
        hidden: widths of the hidden layers.
        activation: one of ``st.models.ACTIVATIONS``.
        auxiliary: the number of auxiliary logits, the channel.
        trait_images: on how many training images (the first ones) the teacher is taught.
    """
    features = data.train_images.shape[1]
    model = st.models.mlp((features, *hidden, data.classes + auxiliary), activation)
    images = jnp.asarray(data.train_images[:trait_images])
    labels = jnp.asarray(data.train_labels[:trait_images])
    trait_loss = st.traits.classification(model.apply, images, labels, slice(0, data.classes))
    return ImageProblem(model, trait_loss, slice(data.classes, data.classes + auxiliary), features)


@lru_cache(maxsize=8)
def _jitted(function):
    return jax.jit(function)


def log_grid(low: float, high: float, points: int) -> list[float]:
    """Logarithmically spaced sweep values, rounded to 12 significant digits so that records read well."""
    step = (high / low) ** (1 / (points - 1)) if points > 1 else 1.0
    return [float(f"{low * step**i:.12g}") for i in range(points)]


def linearised(setting: st.Setting) -> st.Setting:
    """The same setting with the network replaced by its linearisation at θ₀, z_θ₀ + J(θ − θ₀): linear in θ (T5, a).

    Value and gradient at θ₀ are the network's, hence v and A too; the trait loss is dropped, v is kept.
    """
    origin, apply = setting.teacher_init, setting.apply

    def apply_linearised(params, inputs):
        offset = jax.tree.map(jnp.subtract, params, origin)
        z, change = jax.jvp(lambda theta: apply(theta, inputs), (origin,), (offset,))
        return z + change

    return replace(setting, apply=apply_linearised, trait_loss=None, teacher_update=setting.update_direction())
