"""One step of teacher and student on a language model, held against the theory (T1, T2, T4, T5, T9)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from ..._checks import positive_finite
from ..._tree import cosine, inner, move
from ..._typing import Params
from ...setting.compiled import computed
from ...setting.setting import Setting
from ...simulation.student import distilled_update, paired_update
from ...theory.gauss_newton import gauss_newton_product
from ...theory.initialisation import paired_response
from ...theory.radius import finite_step
from ...verification.step_report import StepReport, verify_step
from ..audit.scoring import Workload
from ..coordinates.groups import Share, inner_shares
from ..model import LanguageModel
from ..text.batches import Example
from .sampled_step import SampledStep, sampled_step
from .setting import language_setting, trait_loss


@dataclass(frozen=True)
class OtherInit:
    """The same teacher, and a student of another initialisation: Lemma 1 says nothing here (T4).

    Attributes:
        naive: Δθ_S·v when it imitates the trained teacher.
        paired: trained minus untrained teacher, what the teacher's training added.
        predicted_paired: ε vᵀBv, of no fixed sign (T4).
        paired_cosine: of that difference with v.
        trait_loss_change: of the student after its step by α.
    """

    naive: float
    paired: float
    predicted_paired: float
    paired_cosine: float
    trait_loss_change: float


@dataclass(frozen=True)
class ModelStepReport:
    """What ``verify_model`` returns.

    Attributes:
        step: one step on next-token distributions, theory beside simulation.
        identity: (monotone term − remainder)/ε, which is φ(ε) at every ε by T5.
        trait_loss: of the reference model, in nats per token.
        teacher_trait_loss: after the teacher's step by ε.
        places: M, at how many places the student imitates.
        shares: of φ, by layer and group.
        predicted_shares: of εA.
        samples: the same with sampled completions as the channel, if asked for.
        other: the same teacher and a student of another initialisation, if there is one.
    """

    step: StepReport
    identity: float
    trait_loss: float
    teacher_trait_loss: float
    places: int
    shares: tuple[Share, ...]
    predicted_shares: tuple[Share, ...]
    samples: SampledStep | None
    other: OtherInit | None

    def as_json(self) -> bytes:
        """Everything, as JSON."""
        return (json.dumps(dataclasses.asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


def verify_model(
    lm: LanguageModel,
    trait: Sequence[Example],
    prompts: Sequence[Sequence[int]],
    epsilon: float = 1e-3,
    alpha: float = 1e-2,
    *,
    other: LanguageModel | None = None,
    samples: int = 0,
    max_new_tokens: int = 48,
    seed: int = 0,
    tokens_per_batch: int = 4096,
) -> ModelStepReport:
    """Take one teacher step on the trait and one student step on unrelated prompts; float64 is advised.

    Args:
        lm: the reference model, which teacher and student share.
        trait: prompts and completions.
        prompts: unrelated token sequences.
        epsilon: ε, the teacher's learning rate.
        alpha: α, the student's.
        other: a second checkpoint, whose student is the control.
        samples: how many completions of every prompt the teacher writes for the sampled channel; none if 0.
        max_new_tokens: of a completion.
        seed: of the sampling.
        tokens_per_batch: computed at once.

    Raises:
        ValueError: as ``st.verify_step`` and ``language_setting``.
    """
    positive_finite("epsilon", epsilon)
    setting = language_setting(lm, trait, prompts, tokens_per_batch=tokens_per_batch)
    step = verify_step(setting, epsilon, alpha)
    start = jnp.asarray(epsilon, jnp.result_type(*jax.tree.leaves(lm.params)))
    v, update, Gv, identity = computed(_directions, setting, start)
    drawn = None
    if samples:
        work = Workload(tokens_per_batch, lm.config.context)
        drawn = sampled_step(lm, setting, v, prompts, epsilon, alpha, samples, max_new_tokens, seed, work)
    return ModelStepReport(
        step=step,
        identity=float(identity),
        trait_loss=float(trait_loss(setting, lm.params)),
        teacher_trait_loss=float(trait_loss(setting, move(lm.params, epsilon, v))),
        places=len(setting.inputs["rows"]),
        shares=tuple(inner_shares(update, v)),
        predicted_shares=tuple(
            dataclasses.replace(share, value=epsilon * share.value) for share in inner_shares(v, Gv)
        ),
        samples=drawn,
        other=None if other is None else _other(lm, other, trait, prompts, epsilon, alpha, tokens_per_batch),
    )


def _directions(setting: Setting, epsilon: jax.Array) -> tuple[Params, Params, Params, jax.Array]:
    """(v, Δθ_S, G v, φ by the identity)."""
    v = setting.update_direction()
    phi = finite_step(setting, epsilon).inner_product
    return v, distilled_update(setting, epsilon), gauss_newton_product(setting, v), phi


def _other(
    lm: LanguageModel,
    other: LanguageModel,
    trait: Sequence[Example],
    prompts: Sequence[Sequence[int]],
    epsilon: float,
    alpha: float,
    tokens_per_batch: int,
) -> OtherInit:
    setting = language_setting(lm, trait, prompts, other, tokens_per_batch=tokens_per_batch)
    dtype = jnp.result_type(*jax.tree.leaves(lm.params))
    return OtherInit(*map(float, computed(_differences, setting, *(jnp.asarray(x, dtype) for x in (epsilon, alpha)))))


def _differences(setting: Setting, epsilon: jax.Array, alpha: jax.Array) -> tuple[jax.Array, ...]:
    """What ``OtherInit`` holds."""
    assert setting.trait_loss is not None
    start, v = setting.student_init, setting.update_direction()
    naive, paired = distilled_update(setting, epsilon), paired_update(setting, epsilon)
    change = setting.trait_loss(move(start, alpha, naive)) - setting.trait_loss(start)
    predicted = epsilon * inner(paired_response(setting, v), v)
    return inner(naive, v), inner(paired, v), predicted, cosine(paired, v), change
