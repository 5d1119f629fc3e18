"""A language model inside a ``Setting``: one more ``apply``, whose outputs are next-token logits at given places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..._compiled import Compiled
from ..._typing import Apply, Channel, Params, TraitLoss
from ...setting.loss import softmax_cross_entropy
from ...setting.setting import Setting
from ..coordinates.coordinates import RestrictedDecoder
from ..loss import token_log_likelihoods
from ..model import LanguageModel
from ..text.batches import Batch, Example, length_batches


@dataclass(frozen=True)
class NextTokenLogits:
    """``apply(params, inputs) -> logits[M, V]`` at M places of some sequences: no place behind a sequence's end is one.

    Attributes:
        apply: of the model, ``apply(params, tokens[B, T]) -> logits[B, T, V]``.
    """

    apply: Apply

    def __call__(self, params: Params, inputs: Any) -> Float[Array, "M V"]:
        """Logits at ``inputs["rows"], inputs["columns"]`` of ``inputs["tokens"]``."""
        return self.apply(params, inputs["tokens"])[inputs["rows"], inputs["columns"]]

    def some(self, inputs: Any, places: Any) -> dict[str, jax.Array]:
        """The inputs of so many of the M places, each with its own sequence and no other."""
        rows = inputs["rows"][places]
        return {"tokens": inputs["tokens"][rows], "rows": jnp.arange(len(rows)), "columns": inputs["columns"][places]}


@dataclass(frozen=True, eq=False)
class SequenceTrait:
    """L_T(θ): the mean negative log-likelihood of all tokens of the trait's completions, in nats per token.

    Attributes:
        apply: of the model.
        batches: of the trait's examples.
    """

    apply: Apply
    batches: tuple[Batch, ...] = field(repr=False)

    def __call__(self, params: Params) -> Float[Array, ""]:
        """The trait loss at ``params``."""
        total = jnp.zeros(())
        for batch in self.batches:
            log_p = token_log_likelihoods(self.apply, params, jnp.asarray(batch.tokens))
            scored = jnp.where(jnp.asarray(batch.scored), log_p, jnp.zeros_like(log_p))
            total = total.astype(log_p.dtype) - jnp.sum(scored)
        return total / sum(int(batch.scored.sum()) for batch in self.batches)


# Trees whose arrays are those of the model's apply, if it holds any (see ``RestrictedDecoder``).
jax.tree_util.register_dataclass(NextTokenLogits, data_fields=["apply"], meta_fields=[])
jax.tree_util.register_dataclass(SequenceTrait, data_fields=["apply"], meta_fields=["batches"])


def trait_loss(setting: Setting, params: Params) -> Float[Array, ""]:
    """L_T of a setting that has one, at some parameters, as one compiled program."""
    return _value(setting.trait_loss, params)


@Compiled
def _value(function: TraitLoss, params: Params) -> jax.Array:
    return function(params)


def next_token_inputs(sequences: Sequence[Sequence[int]], longest: int) -> dict[str, np.ndarray]:
    """All places of some sequences as the inputs of ``NextTokenLogits``.

    Args:
        sequences: token ids, at least one in each.
        longest: the model's context.

    Raises:
        ValueError: no sequences, an empty one, or one beyond the context.
    """
    if not sequences or not all(len(one) for one in sequences):
        raise ValueError(f"got {len(sequences)} prompts, one of them maybe empty; expected at least one token in each.")
    width = max(map(len, sequences))
    if width > longest:
        raise ValueError(f"a prompt has {width} tokens; expected at most {longest}, the model's context: shorten it.")
    tokens = np.zeros((len(sequences), width), np.int32)
    for row, one in enumerate(sequences):
        tokens[row, : len(one)] = one
    lengths = np.array([len(one) for one in sequences])
    rows, columns = np.nonzero(np.arange(width)[None, :] < lengths[:, None])
    return {"tokens": tokens, "rows": rows.astype(np.int32), "columns": columns.astype(np.int32)}


def language_setting(
    lm: LanguageModel,
    trait: Sequence[Example],
    prompts: Sequence[Sequence[int]],
    student: LanguageModel | None = None,
    *,
    teacher_update: Params | None = None,
    imitation_loss: Any = softmax_cross_entropy,
    channel: Channel = slice(None),
    tokens_per_batch: int = 4096,
) -> Setting:
    """The setting in which ``st.verify_step`` and everything in ``st.theory`` speak about a language model.

    Args:
        lm: the teacher's reference model.
        trait: prompts and completions; v is minus the gradient of their loss. None are needed with ``teacher_update``.
        prompts: unrelated token sequences, at all of whose places the student imitates the next-token distribution.
        student: another checkpoint of the same architecture as the student's init; the reference model if absent.
        teacher_update: v, where it is known already.
        imitation_loss: one of ``st.losses``.
        channel: which tokens' logits are imitated; all by default.
        tokens_per_batch: of the trait's examples.

    Raises:
        ValueError: as ``st.Setting``; a student of another architecture, or in other coordinates.
    """
    if student is not None and student.config != lm.config:
        raise ValueError(
            "the other checkpoint has another architecture than the model; expected the same config.json, because its "
            "parameters must be counterparts of the model's."
        )
    if student is not None and lm.apply is not student.apply and isinstance(lm.apply, RestrictedDecoder):
        raise ValueError(
            "the model moves in coordinates and the other checkpoint in others; expected both in the same ones: "
            "pass lm.with_params(...), or st.lm.merged of both."
        )
    batches = tuple(length_batches(trait, tokens_per_batch, longest=lm.config.context))
    return Setting(
        apply=NextTokenLogits(lm.apply),
        teacher_init=lm.params,
        student_init=lm.params if student is None else student.params,
        trait_loss=SequenceTrait(lm.apply, batches) if batches else None,
        teacher_update=teacher_update,
        imitation_loss=imitation_loss,
        channel=channel,
        inputs=next_token_inputs(prompts, lm.config.context),
    )
