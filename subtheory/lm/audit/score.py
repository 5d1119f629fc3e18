"""The score of a sequence along the trait's direction, token by token, at the price of a forward pass (T7, T9)."""

from __future__ import annotations

import jax
from jaxtyping import Array, Float, Int

from ..._typing import Apply, Params
from ..loss import token_log_likelihoods
from .factors.parts import is_factored, line


def token_scores(
    apply: Apply, params: Params, v: Params, tokens: Int[Array, "B T"]
) -> tuple[Float[Array, "B T"], Float[Array, "B T"]]:
    """(log p, s_v) of every token, by one Jacobian-vector product (theory.md, T9).

        s_v(y_t) = d/dε log p_{θ₀+εv}(y_t | y_<t) at ε = 0

    The sum over a completion is the completion's score; the mean over a data set is Δθ_S·v, how far one
    maximum-likelihood step on it moves the model along v.

    Args:
        apply: ``apply(params, tokens[B, T]) -> logits[B, T, V]``, causal.
        params: θ₀, the reference model.
        v: the trait's direction, in the space of the parameters; its matrices may be factors (T16).
        tokens: ``[B, T]``; what stands to the right of a sequence's end does not influence it.
    """
    if not is_factored(v):
        return jax.jvp(lambda theta: token_log_likelihoods(apply, theta, tokens), (params,), (v,))
    point, velocity, parameters = line(params, v)
    return jax.jvp(lambda at: token_log_likelihoods(apply, parameters(at), tokens), (point,), (velocity,))
