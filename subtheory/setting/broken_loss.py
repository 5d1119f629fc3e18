"""Imitation losses that break a premise of T0, kept as controls of T0 and T1.

The premises are sufficient, not necessary: with absolute error and cosine distance the *sign* of φ survives, with the
others it does not.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .loss import ImitationLoss, from_function


def _absolute_error(z, y):
    return jnp.sum(jnp.abs(z - y))


def _hinge(z, y):
    """Multi-class hinge against the teacher's arg-max."""
    wanted = jax.nn.one_hot(jnp.argmax(y), y.shape[-1], dtype=z.dtype)
    return jnp.sum((1 - wanted) * jax.nn.relu(1 + z - jnp.sum(wanted * z)))


def _arg_max_labels(z, y):
    """Cross-entropy on the teacher's most likely label."""
    return -jax.nn.log_softmax(z)[jnp.argmax(y)]


def _cosine_distance(z, y):
    return 1 - jnp.vdot(z, y) / (jnp.linalg.norm(z) * jnp.linalg.norm(y))


def _repelled(z, y):
    """Squared error with the sign turned: the student flees the teacher, M is negative definite."""
    return -jnp.sum((z - y) ** 2)


def _cubed(z, y):
    """Cubed error: P1 and P2 hold with M = 0, yet the gradient in z does not stay out of the null space of M."""
    return jnp.sum((z - y) ** 3)


def _offset(z, y):
    """Squared error to a shifted target: no fixed point at z = y."""
    return jnp.sum((z - y - 1) ** 2)


absolute_error: ImitationLoss = from_function(_absolute_error, "absolute error")
hinge: ImitationLoss = from_function(_hinge, "hinge on arg-max")
arg_max_labels: ImitationLoss = from_function(_arg_max_labels, "arg-max labels")
cosine_distance: ImitationLoss = from_function(_cosine_distance, "cosine distance")
repelled: ImitationLoss = from_function(_repelled, "negated squared error")
cubed: ImitationLoss = from_function(_cubed, "cubed error")
offset: ImitationLoss = from_function(_offset, "shifted squared error")

# (loss, the premise that it breaks first)
BREAKING: tuple[tuple[ImitationLoss, str], ...] = (
    (absolute_error, "P1"),
    (hinge, "P1"),
    (arg_max_labels, "P1"),
    (offset, "P1"),
    (repelled, "P2"),
    (cubed, "P3"),
)
