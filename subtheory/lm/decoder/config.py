"""What tells one decoder-only language model from another, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from ..._names import known_name
from .rope import KINDS, Rope

NORMALISATIONS = ("rms", "rms_plus_one", "layer")
DTYPES = ("float32", "bfloat16", "float64")


@dataclass(frozen=True, kw_only=True)
class DecoderConfig:
    """The shape of a decoder and the choices in which families differ; the defaults are Llama's.

    Attributes:
        family: whose tensor names a saved checkpoint carries, one of ``st.lm.FAMILIES``.
        vocabulary: number of tokens, V.
        width: of the residual stream, D.
        layers: how many.
        heads: query heads per layer.
        key_value_heads: heads of keys and values, a divisor of ``heads``; as many as ``heads`` if absent.
        head_width: components of a head; width / heads if absent.
        mlp_width: units of the perceptron; 4 · width if absent.
        context: the largest number of tokens in a sequence.
        normalisation: ``rms``; ``rms_plus_one``, which scales by 1 + w (Gemma); or ``layer``, with mean and bias.
        norm_epsilon: added to the variance.
        activation: of the perceptron, one of ``st.lm.ACTIVATIONS``.
        gated: whether the perceptron is down(f(gate(x)) · up(x)) rather than down(f(up(x))).
        parallel_residual: whether attention and perceptron read the same residual stream (GPT-NeoX).
        post_norms: whether their outputs are normalised too before they are added (Gemma).
        query_key_norm: whether queries and keys are normalised head by head (Qwen3, Gemma 3).
        query_key_value_bias: whether these three maps have biases.
        output_bias: whether attention's output map has one.
        mlp_bias: whether the perceptron's maps have biases.
        tied: whether the head is the embedding, transposed.
        learned_positions: whether a learned vector per position is added to the embedding (GPT-2).
        rope: how queries and keys turn; None for none. Absent and positions not learned: plain, over whole heads.
        sliding_rope: the same in sliding layers, if it differs (Gemma 3).
        window: in sliding layers a token sees itself and the window − 1 tokens before it.
        sliding: which layers slide, one truth value each; none if absent.
        attention_scale: factor of the query-key products; head_width^(−1/2) if absent.
        attention_softcap: c, which bounds a product s to c·tanh(s/c) (Gemma 2); None for no bound.
        logit_softcap: the same for the logits.
        embedding_scale: factor of the token embeddings; √width for Gemma.
        bos: the token that begins a text, if there is one.
        eos: the tokens that end one.
        pad: the token that fills up batches, if there is one.
        initial_scale: standard deviation of freshly drawn weights.

    Raises:
        ValueError: numbers that cannot be meant, such as a width that the heads do not divide.
    """

    family: str = "llama"
    vocabulary: int
    width: int
    layers: int
    heads: int
    key_value_heads: int = None  # type: ignore[assignment]  # these three are filled in
    head_width: int = None  # type: ignore[assignment]
    mlp_width: int = None  # type: ignore[assignment]
    context: int = 2048
    normalisation: str = "rms"
    norm_epsilon: float = 1e-5
    activation: str = "silu"
    gated: bool = True
    parallel_residual: bool = False
    post_norms: bool = False
    query_key_norm: bool = False
    query_key_value_bias: bool = False
    output_bias: bool = False
    mlp_bias: bool = False
    tied: bool = False
    learned_positions: bool = False
    rope: Rope | None = None
    sliding_rope: Rope | None = None
    window: int | None = None
    sliding: tuple[bool, ...] = ()
    attention_scale: float = None  # type: ignore[assignment]  # filled in
    attention_softcap: float | None = None
    logit_softcap: float | None = None
    embedding_scale: float = 1.0
    bos: int | None = None
    eos: tuple[int, ...] = ()
    pad: int | None = None
    initial_scale: float = 0.02

    def __post_init__(self) -> None:
        """Fill in what follows from the rest, and refuse what cannot be meant."""
        for name in ("vocabulary", "width", "layers", "heads", "context"):
            check_count(name, getattr(self, name))
        self._fill("key_value_heads", self.heads)
        if self.head_width is None and self.width % self.heads:
            raise ValueError(f"{self.heads} heads do not divide the width {self.width}; expected a divisor.")
        self._fill("head_width", self.width // self.heads)
        self._fill("mlp_width", 4 * self.width)
        for name in ("key_value_heads", "head_width", "mlp_width"):
            check_count(name, getattr(self, name))
        if self.heads % self.key_value_heads:
            raise ValueError(
                f"{self.key_value_heads} key-value heads do not divide {self.heads} heads; expected a divisor."
            )
        if self.rope is None and not self.learned_positions:
            self._fill("rope", Rope(self.head_width))
        self._fill("attention_scale", self.head_width**-0.5)
        object.__setattr__(self, "sliding", tuple(self.sliding) or (False,) * self.layers)
        if len(self.sliding) != self.layers:
            raise ValueError(
                f"got {len(self.sliding)} kinds of layers for {self.layers} layers; expected one for each."
            )
        if any(self.sliding) and not (self.window is not None and self.window >= 1):
            raise ValueError(f"the window is {self.window} although some layers slide; expected at least one token.")
        known_name("normalisation", self.normalisation, NORMALISATIONS)
        for rope in (self.rope, self.sliding_rope):
            if rope is None:
                continue
            known_name("kind of RoPE", rope.kind, KINDS)
            if rope.width % 2 or not 0 < rope.width <= self.head_width:
                raise ValueError(
                    f"RoPE turns {rope.width} of a head's {self.head_width} components; expected an even number."
                )

    def _fill(self, name: str, value: Any) -> None:
        if getattr(self, name) is None:
            object.__setattr__(self, name, value)


def check_count(name: str, value: Any) -> None:
    """Raise unless ``value`` is a whole number, at least 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(f"{name} is {value!r}; expected a whole number, at least 1.")


def check_dtype(dtype: Any) -> jnp.dtype:
    """The dtype of that name, which must be one of ``DTYPES`` and available.

    Raises:
        ValueError: another dtype, or float64 while JAX's 64-bit mode is off.
    """
    try:
        name = jnp.dtype(dtype).name
    except TypeError:
        name = str(dtype)
    known_name("dtype", name, DTYPES)
    if jax.dtypes.canonicalize_dtype(name).name != name:
        raise ValueError(
            "dtype is float64 but JAX's 64-bit mode is off; set JAX_ENABLE_X64=1 or "
            "jax.config.update('jax_enable_x64', True) first."
        )
    return jnp.dtype(name)


def accumulation_dtype(dtype: Any) -> jnp.dtype:
    """What products of weights of ``dtype`` are summed in: float64 for float64, float32 for everything else."""
    return jnp.dtype("float64" if jnp.dtype(dtype) == jnp.dtype("float64") else "float32")
