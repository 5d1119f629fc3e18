"""A student that imitates completions sampled from the teacher, and from the reference model as its control (T9)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..._keys import key_for
from ..._tree import cosine, inner, move, scaled
from ..._typing import Params
from ...setting.setting import Setting
from ...simulation.teacher import teacher_parameters
from ..audit.scoring import Workload, mean_gradient, scored_examples
from ..generation.generate import generate
from ..model import LanguageModel
from ..text.batches import Example
from .setting import trait_loss


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


def sampled_step(
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
    """Let teacher and reference model write completions, and take one maximum-likelihood step on each set.

    Args:
        lm: the reference model.
        setting: with the trait loss, at a shared initialisation.
        v: the trait's direction.
        prompts: token sequences.
        epsilon: ε, the teacher's learning rate.
        alpha: α, the student's.
        samples: completions of every prompt.
        max_new_tokens: of a completion.
        seed: of the sampling.
        work: batches and devices.
    """
    from scipy import stats

    teacher = lm.with_params(teacher_parameters(setting, epsilon))
    found: dict[str, tuple[Any, ...]] = {}
    for name, source in (("teacher", teacher), ("control", lm)):
        ids = [list(prompt) for prompt in prompts for _ in range(samples)]
        drawn = generate(source, ids, max_new_tokens, key=key_for(seed, f"{name}'s samples"), batch_size=256)
        examples = [Example(np.array(p), np.asarray(t)) for p, t in zip(ids, drawn.tokens, strict=True)]
        scores = np.array([one.score for one in scored_examples(lm.apply, lm.params, v, examples, work)])
        gradient, _, tokens = mean_gradient(lm.apply, lm.params, examples, work)
        update = scaled(-tokens / len(examples), gradient)
        change = float(trait_loss(setting, move(lm.params, alpha, update)) - trait_loss(setting, lm.params))
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
