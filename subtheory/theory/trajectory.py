"""The whole trajectory: every step of imitation points at the teacher, as long as a certificate holds (theory.md, T14).

Nothing is trained here: all that is needed of a training is where the student stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from .._typing import Params
from ..setting.setting import Setting


@dataclass(frozen=True)
class ImitationTerms:
    """The two terms of T14 where the student stands, −∇L_S·(θ_T − θ) = monotone − remainder, input by input.

    Attributes:
        monotones: ⟨μ(z_T) − μ(z), z_T − z⟩ of every input, never negative.
        remainders: ⟨μ(z_T) − μ(z), R_θ⟩ of every input, R_θ = z_T − z − J_θ(θ_T − θ).
    """

    monotones: Float[Array, " N"]
    remainders: Float[Array, " N"]

    @property
    def monotone(self) -> Float[Array, ""]:
        """S, the mean over inputs."""
        return jnp.mean(self.monotones)

    @property
    def remainder(self) -> Float[Array, ""]:
        """ρ, the mean over inputs."""
        return jnp.mean(self.remainders)

    @property
    def progress(self) -> Float[Array, ""]:
        """S − ρ = −∇L_S·(θ_T − θ): how fast gradient flow comes closer to the teacher's parameters."""
        return self.monotone - self.remainder

    @property
    def certified(self) -> Bool[Array, ""]:
        """S > |ρ|: this step goes towards the teacher (T14, a)."""
        return self.monotone > jnp.abs(self.remainder)

    @property
    def progress_error(self) -> Float[Array, ""]:
        """The standard error of S − ρ as an estimate for all inputs, where these N were drawn at random from them."""
        each = self.monotones - self.remainders
        count = each.size
        spread = jnp.sqrt(jnp.sum((each - jnp.mean(each)) ** 2) / max(count - 1, 1))
        return spread / count**0.5


jax.tree_util.register_dataclass(ImitationTerms)


def imitation_terms(setting: Setting, params: Params, teacher: Params) -> ImitationTerms:
    """S and ρ at θ for the teacher θ_T, by one JVP (T14):

        −∇L_S(θ)·(θ_T − θ) = E⟨μ(z_T) − μ(z), z_T − z⟩ − E⟨μ(z_T) − μ(z), R_θ⟩

    It holds at any θ, however it was reached, and for any θ_T, however it was taught. T5 is the case θ = θ₀,
    θ_T = θ₀ + εv.

    Args:
        setting: the channel, the inputs, and a loss that has a ``mean_map`` μ; its initialisations play no part.
        params: θ, where the student stands.
        teacher: θ_T.

    Raises:
        ValueError: if the loss has no μ.
    """
    mu = setting.imitation_loss.mean_map
    if mu is None:
        raise ValueError(
            f"the imitation loss {setting.imitation_loss.name!r} has no mean_map; expected a loss with "
            "∂ℓ/∂z = μ(z) − μ(y), such as softmax cross-entropy or squared error."
        )
    way = jax.tree.map(jnp.subtract, teacher, params)
    z, J_way = jax.jvp(setting.channel_outputs, (params,), (way,))
    target = setting.channel_outputs(teacher)
    pull, change = mu(target) - mu(z), target - z
    each = jnp.sum(pull * change, axis=-1), jnp.sum(pull * (change - J_way), axis=-1)
    return ImitationTerms(*(part.reshape(-1) for part in each))


def largest_certified_rate(progress: Float[Array, "*k"], squared_gradient: Float[Array, "*k"]) -> Float[Array, "*k"]:
    """2(S − ρ)/‖∇L_S‖²: a step of plain descent at a smaller rate comes strictly closer to the teacher (T14, b).

    With a fixed preconditioner P give ∇L_SᵀP∇L_S in place of ‖∇L_S‖²; closer is then meant in the norm of P⁻¹ (T14, d).

    Returns:
        that rate; 0 where S − ρ is not positive.
    """
    positive = jnp.maximum(progress, jnp.zeros_like(progress))
    safe = jnp.where(squared_gradient > 0, squared_gradient, jnp.ones_like(squared_gradient))
    return 2 * positive / safe


def cosine_bound(displacement: Float[Array, "*k"], way: Float[Array, "*k"]) -> Float[Array, "*k"]:
    """‖d‖/(2‖w‖): the least cosine of the student's displacement d with the teacher's w, wherever the student is no
    further from the teacher than it began (T14, c): d·w = ½(‖d‖² + ‖w‖² − ‖θ_T − θ‖²) ≥ ½‖d‖².

    Args:
        displacement: ‖d‖ = ‖θ − θ_start‖.
        way: ‖w‖ = ‖θ_T − θ_start‖, above zero.
    """
    return displacement / (2 * way)
