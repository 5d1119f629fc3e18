"""Slow, dense and obvious: every matrix that the package only ever applies, formed in full on tiny problems."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from scipy import integrate

from subtheory.setting.channel import select


def flat(tree) -> jax.Array:
    """A parameter tree as one row."""
    return ravel_pytree(tree)[0]


def jacobian(setting, params=None) -> jax.Array:
    """J, ``[N, m, P]``: the channel's outputs by all parameters."""
    theta, unravel = ravel_pytree(setting.teacher_init if params is None else params)
    return jax.jacrev(lambda t: setting.channel_outputs(unravel(t)))(theta)


def outputs_jacobian(apply, params, inputs, outputs) -> jax.Array:
    """Any outputs on any inputs by all parameters, ``[N, k, P]``."""
    theta, unravel = ravel_pytree(params)
    return jax.jacrev(lambda t: select(apply(unravel(t), inputs), outputs))(theta)


def curvature(loss, z, y=None) -> jax.Array:
    """−∂²ℓ/∂z∂y at every input, ``[N, m, m]``, from the value of the loss alone; at y = z it is M."""
    mixed = jax.jacfwd(jax.grad(loss.value, argnums=0), argnums=1)
    return -jax.vmap(mixed)(z, z if y is None else y)


def gauss_newton(setting) -> jax.Array:
    """G = E Jᵀ M J, ``[P, P]``."""
    J = jacobian(setting)
    M = curvature(setting.imitation_loss, setting.channel_outputs(setting.teacher_init))
    return jnp.einsum("nap,nab,nbq->pq", J, M, J) / len(J)


def paired_operator(setting) -> jax.Array:
    """B = −E J_Sᵀ ∂²ℓ/∂y∂z J_T, ``[P, P]``."""
    student, teacher = jacobian(setting, setting.student_init), jacobian(setting, setting.teacher_init)
    z, y = setting.channel_outputs(setting.student_init), setting.channel_outputs(setting.teacher_init)
    return jnp.einsum("nap,nab,nbq->pq", student, curvature(setting.imitation_loss, z, y), teacher) / len(z)


def range_projector(G, relative: float = 1e-10) -> np.ndarray:
    """The orthogonal projector on the range of a symmetric G, by its eigenvectors."""
    values, vectors = np.linalg.eigh(np.asarray(G))
    seen = vectors[:, values > relative * values.max()]
    return seen @ seen.T


def linearised_flow(G, v, epsilon: float, step_size: float, steps: int) -> np.ndarray:
    """(I − (I − ηG)^k) ε v, by a matrix power."""
    G, v = np.asarray(G), np.asarray(v)
    identity = np.eye(len(v))
    return (identity - np.linalg.matrix_power(identity - step_size * G, steps)) @ (epsilon * v)


def mean_curvature(trait_loss, params, update, alpha: float) -> float:
    """∫₀¹ (1−s) Δᵀ∇²L_T(θ₀+sαΔ)Δ ds, with the full Hessian at every point of an adaptive quadrature."""
    theta, unravel = ravel_pytree(params)
    delta = flat(update)
    hessian = jax.jit(jax.hessian(lambda t: trait_loss(unravel(t))))
    return integrate.quad(lambda s: (1 - s) * float(delta @ hessian(theta + s * alpha * delta) @ delta), 0, 1)[0]


def shares(setting, targets) -> jax.Array:
    """Every input's own −∇ℓ(x)·v, by one gradient per input."""
    theta, unravel = ravel_pytree(setting.student_init)
    v = flat(setting.update_direction())

    def one(t, x, y):
        z = select(setting.apply(unravel(t), x[None]), setting.channel)[0]
        return setting.imitation_loss.value(z, y)

    return -jax.vmap(jax.grad(one), (None, 0, 0))(theta, setting.inputs, targets) @ v


def string_probabilities(apply, params, strings) -> np.ndarray:
    """The probability of every string, token by token, each given only the true tokens before it."""
    vocabulary = apply(params, jnp.asarray(strings[:1])).shape[-1]
    product = np.ones(len(strings))
    for t in range(strings.shape[1]):
        seen = np.array(strings)
        seen[:, t:] = (seen[:, t:] + 1) % vocabulary  # what comes later must not matter
        logits = np.asarray(apply(params, jnp.asarray(seen)))[:, t]
        odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
        product *= (odds / odds.sum(axis=-1, keepdims=True))[np.arange(len(strings)), strings[:, t]]
    return product


def filtered_alignment(log_likelihood, params, source_probabilities, keep, v) -> float:
    """E over the kept strings of a source of ∇log p_θ₀(x)·v, from every string's own gradient."""
    theta, unravel = ravel_pytree(params)
    scores = np.asarray(jax.jacrev(lambda t: log_likelihood(unravel(t)))(theta)) @ np.asarray(flat(v))
    weights = np.asarray(source_probabilities) * np.asarray(keep)
    return float(weights @ scores / weights.sum())
