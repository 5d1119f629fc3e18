"""The equality cases: when A is exactly zero, and why (theory.md, T3)."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from .._keys import key_for
from .._typing import Params
from ..setting.setting import Setting
from .gauss_newton import output_change


def channel_reach(setting: Setting) -> Params:
    """Which single parameters the channel's outputs depend on at θ₀, to first order: a tree of booleans.

    A parameter is out of reach when Jᵀc is exactly zero there for two random cotangents c.
    """
    z, pull = jax.vjp(setting.channel_outputs, setting.teacher_init)

    def touched(draw):
        with jax.ensure_compile_time_eval():  # random bits need not be compiled into every caller
            cotangent = jax.random.normal(key_for(0, "channel reach", draw), z.shape, z.dtype)
        (pulled,) = pull(cotangent)
        return jax.tree.map(lambda leaf: leaf != 0, pulled)

    return jax.tree.map(jnp.logical_or, touched(0), touched(1))


def null_reasons(setting: Setting, v: Params | None = None) -> tuple[str, ...]:
    """Why φ is exactly zero in this setting, in words; empty when A > 0 is possible (T3).

    - M = 0: the loss does not see the channel at all (one softmax logit, squared-error weights of zero);
    - the channel does not reach the parameters that v moves (a trait's own output head, a disjoint linear model);
    - v = 0: the teacher did not move.
    """
    moved, curved, overlap, changed = (bool(fact) for fact in jax.jit(lambda: _facts(setting, v))())
    if not moved:
        return ("the teacher did not move: v is zero",)
    if not curved:
        return ("the loss has no curvature on the channel: M is zero",)
    if not overlap:
        return ("the teacher moves only parameters that the channel does not reach: Jv is zero",)
    if not changed:
        return ("the channel's change Jv lies in the null space of M",)
    return ()


def _facts(setting: Setting, v: Params | None) -> tuple[jax.Array, ...]:
    """Whether v, M, the overlap of v with the channel's reach, and M J v are anywhere other than zero."""
    v = setting.update_direction() if v is None else v
    z, Jv = output_change(setting, v)
    basis = jnp.eye(z.shape[-1], dtype=z.dtype)
    curvature = jax.vmap(lambda e: setting.imitation_loss.curvature(z, jnp.broadcast_to(e, z.shape)))(basis)
    overlap = jax.tree.map(lambda seen, d: jnp.any(seen & (d != 0)), channel_reach(setting), v)
    return (
        _any([jnp.any(leaf) for leaf in jax.tree.leaves(v)]),
        jnp.any(curvature),
        _any(jax.tree.leaves(overlap)),
        jnp.any(setting.imitation_loss.curvature(z, Jv)),
    )


def _any(facts: list[jax.Array]) -> jax.Array:
    return jnp.any(jnp.stack(facts))
