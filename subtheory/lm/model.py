"""A language model: a decoder, its parameters and its tokenizer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .._typing import Key, Params
from .decoder.config import DecoderConfig
from .decoder.decoder import Decoder
from .decoder.parameters import random_parameters
from .text.tokens import Tokenizer


@dataclass(frozen=True, eq=False)
class LanguageModel:
    """What ``st.lm.load`` returns.

    Attributes:
        apply: ``apply(params, tokens[B, T]) -> logits[B, T, V]``, pure and differentiable: what ``st.Setting`` takes.
        params: a nested dictionary of arrays; those of the layers are stacked, ``[layers, ...]``. Of a model made by
            ``st.lm.lora`` or ``st.lm.subset``, what moves.
        tokenizer: text to ids and back; None where the checkpoint was loaded without.
        source: the checkpoint's own config.json, to be saved again; empty for a fresh model.
        notes: what was decided while the checkpoint was read, where its files disagree; a sentence each.
    """

    apply: Decoder
    params: Params = field(repr=False)
    tokenizer: Tokenizer | None = field(default=None, repr=False)
    source: Mapping[str, Any] = field(default_factory=dict, repr=False)
    notes: tuple[str, ...] = ()

    @property
    def config(self) -> DecoderConfig:
        """The decoder's shape and its family's choices."""
        return self.apply.config

    def with_params(self, params: Params) -> LanguageModel:
        """The same model with other parameters, such as a teacher's."""
        return replace(self, params=params)


def initialise(
    config: DecoderConfig,
    key: Key,
    dtype: Any = "float32",
    *,
    tokenizer: Tokenizer | None = None,
    scan: bool | None = None,
    rematerialise: bool = False,
) -> LanguageModel:
    """A model with fresh random weights: N(0, initial_scale²), biases 0.

    Args:
        config: the decoder's shape.
        key: a JAX key.
        dtype: ``float32``, ``bfloat16`` (sums in float32) or ``float64``.
        tokenizer: if texts are to be read.
        scan: see ``Decoder``.
        rematerialise: see ``Decoder``.

    >>> import jax
    >>> import jax.numpy as jnp
    >>> lm = initialise(DecoderConfig(vocabulary=10, width=8, layers=2, heads=2), jax.random.key(0))
    >>> lm.apply(lm.params, jnp.array([[1, 2, 3]])).shape
    (1, 3, 10)
    """
    decoder = Decoder(config, scan, rematerialise)
    return LanguageModel(decoder, random_parameters(config, key, dtype), tokenizer)
