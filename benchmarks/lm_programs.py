"""What ``benchmarks.lm`` times on our side: compiled programs on one checkpoint and one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from subtheory.lm import LanguageModel, generate, next_token_loss, token_log_likelihoods
from subtheory.lm.audit.score import token_scores
from subtheory.lm.decoder.decoder import Decoder


@dataclass(frozen=True)
class Programs:
    """Programs of one model.

    Attributes:
        lm: in float32.
        tokens: ``[B, T]``.
        v: a direction in parameter space.
    """

    lm: LanguageModel
    tokens: np.ndarray
    v: Any

    def compiled(self, function: Callable[[Any, Any, jax.Array], Any]) -> tuple[jax.stages.Compiled, tuple]:
        """``function(params, v, tokens)`` compiled, and its arguments."""
        given = (self.lm.params, self.v, jnp.asarray(self.tokens))
        return jax.jit(function).lower(*given).compile(), given

    def forward(self, params: Any, v: Any, tokens: jax.Array) -> jax.Array:
        """Logits."""
        return self.lm.apply(params, tokens)

    def gradient(self, params: Any, v: Any, tokens: jax.Array) -> Any:
        """Of the next-token cross-entropy, in all parameters."""
        return jax.grad(lambda theta: next_token_loss(self.lm.apply, theta, tokens))(params)

    def scores_by_jvp(self, params: Any, v: Any, tokens: jax.Array) -> jax.Array:
        """Every sequence's score by one JVP (T7, T9): what an audit computes per batch."""
        return jnp.sum(token_scores(self.lm.apply, params, v, tokens)[1], axis=1)

    def scores_by_gradients(self, params: Any, v: Any, tokens: jax.Array) -> jax.Array:
        """The same, from one gradient per sequence."""

        def one(sequence: jax.Array) -> jax.Array:
            def log_p(theta: Any) -> jax.Array:
                return jnp.sum(token_log_likelihoods(self.lm.apply, theta, sequence[None]))

            products = jax.tree.map(jnp.vdot, jax.grad(log_p)(params), v)
            return jax.tree.reduce(jnp.add, products)

        return jax.vmap(one)(tokens)

    def generation(self, prompts: np.ndarray, count: int) -> Callable[[], Any]:
        """``count`` further tokens of every prompt, greedily, none ended early."""
        config = replace(self.lm.config, eos=())
        endless = replace(self.lm, apply=Decoder(config, self.lm.apply.scan))
        return partial(self._complete, endless, prompts.tolist(), count)

    def _complete(self, lm: LanguageModel, prompts: list[list[int]], count: int) -> np.ndarray:
        return np.stack(generate(lm, prompts, count, temperature=0, batch_size=len(prompts)).tokens)
