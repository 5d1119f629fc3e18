"""One step of teacher and student on a language model, held against the theory (T1, T2, T4, T5, T9)."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
from scipy import stats

from .._checks import positive_finite
from .._keys import key_for
from .._tree import cosine, inner, move
from .._typing import Params
from ..setting.setting import Setting
from ..simulation.student import distilled_update, paired_update
from ..simulation.teacher import teacher_parameters
from ..theory.gauss_newton import gauss_newton_product
from ..theory.initialisation import paired_response
from ..theory.radius import finite_step
from ..verification.step_report import StepReport, verify_step
from .batches import Example
from .generate import generate
from .groups import Share, inner_shares
from .model import LanguageModel
from .scoring import Workload, mean_gradient, scored_examples
from .setting import language_setting


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
class SampledStep:
    """A student that imitates completions sampled from the teacher (T9).

    Attributes:
        examples: how many completions.
        inner_product: φ = Δθ_S·v, the mean of s_v, simulated by one gradient of all completions.
        score: the mean of s_v over the same completions, by Jacobian-vector products: the same number (T9).
        standard_error: of the mean.
        predicted: εA, with A the variance of s_v among the reference model's own samples.
        predicted_error: its standard error.
        cosine: of Δθ_S with v.
        trait_loss_change: after the student's step by α.
        control: φ of as many of the reference model's own samples, which is zero in expectation.
        control_trait_loss_change: after a step on these.
    """

    examples: int
    inner_product: float
    score: float
    standard_error: float
    predicted: float
    predicted_error: float
    cosine: float
    trait_loss_change: float
    control: float
    control_trait_loss_change: float


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
    v, update, Gv, identity = _directions(setting, epsilon)
    drawn = None
    if samples:
        work = Workload(tokens_per_batch, lm.config.context)
        drawn = _sampled(lm, setting, v, prompts, epsilon, alpha, samples, max_new_tokens, seed, work)
    assert setting.trait_loss is not None
    loss = jax.jit(setting.trait_loss)
    return ModelStepReport(
        step=step,
        identity=float(identity),
        trait_loss=float(loss(lm.params)),
        teacher_trait_loss=float(loss(move(lm.params, epsilon, v))),
        places=len(setting.inputs["rows"]),
        shares=tuple(inner_shares(update, v)),
        predicted_shares=tuple(
            dataclasses.replace(share, value=epsilon * share.value) for share in inner_shares(v, Gv)
        ),
        samples=drawn,
        other=None if other is None else _other(lm, other, trait, prompts, epsilon, alpha, tokens_per_batch),
    )


def _compiled(function: Callable[[Setting], Any], setting: Setting) -> Any:
    """``function(setting)`` as one program, to which parameters and inputs are given rather than built in."""

    @jax.jit
    def computed(teacher: Params, student: Params, inputs: Any) -> Any:
        return function(dataclasses.replace(setting, teacher_init=teacher, student_init=student, inputs=inputs))

    return computed(setting.teacher_init, setting.student_init, setting.inputs)


def _directions(setting: Setting, epsilon: float) -> tuple[Params, Params, Params, jax.Array]:
    """(v, Δθ_S, G v, φ by the identity)."""

    def directions(given: Setting):
        v = given.update_direction()
        return v, distilled_update(given, epsilon), gauss_newton_product(given, v), finite_step(given, epsilon).inner_product

    return _compiled(directions, setting)


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

    def differences(given: Setting):
        assert given.trait_loss is not None
        start, v = given.student_init, given.update_direction()
        naive, paired = distilled_update(given, epsilon), paired_update(given, epsilon)
        change = given.trait_loss(move(start, alpha, naive)) - given.trait_loss(start)
        predicted = epsilon * inner(paired_response(given, v), v)
        return inner(naive, v), inner(paired, v), predicted, cosine(paired, v), change

    return OtherInit(*map(float, _compiled(differences, setting)))


def _sampled(
    lm: LanguageModel,
    setting: Setting,
    v: Params,
    prompts: Sequence[Sequence[int]],
    epsilon: float,
    alpha: float,
    samples: int,
    max_new_tokens: int,
    seed: int,
    work: Workload,
) -> SampledStep:
    assert setting.trait_loss is not None
    loss = jax.jit(setting.trait_loss)
    teacher = lm.with_params(teacher_parameters(setting, epsilon))
    found: dict[str, tuple[Any, ...]] = {}
    for name, source in (("teacher", teacher), ("control", lm)):
        ids = [list(prompt) for prompt in prompts for _ in range(samples)]
        drawn = generate(source, ids, max_new_tokens, key=key_for(seed, f"{name}'s samples"), batch_size=256)
        examples = [Example(np.array(p), np.asarray(t)) for p, t in zip(ids, drawn.tokens, strict=True)]
        scores = np.array([one.score for one in scored_examples(lm.apply, lm.params, v, examples, work)])
        gradient, _, tokens = mean_gradient(lm.apply, lm.params, examples, work)
        update = jax.tree.map(lambda g, scale=-tokens / len(examples): g * np.asarray(scale, g.dtype), gradient)
        change = float(loss(move(lm.params, alpha, update)) - loss(lm.params))
        found[name] = (scores, float(inner(update, v)), float(cosine(update, v)), change)
    scores, phi, direction, change = found["teacher"]
    own, control, _, control_change = found["control"]
    return SampledStep(
        examples=len(scores),
        inner_product=phi,
        score=float(scores.mean()),
        standard_error=float(stats.sem(scores)),
        predicted=epsilon * float(own.var(ddof=1)),
        predicted_error=epsilon * float(((own - own.mean()) ** 2).std(ddof=1)) / math.sqrt(len(own)),
        cosine=direction,
        trait_loss_change=change,
        control=control,
        control_trait_loss_change=control_change,
    )
