"""What an audit found, as numbers and as words."""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any

from ...theory.sampling import nats_to_settle, sign_probability
from ..coordinates.groups import Share
from ..model import LanguageModel
from .comparison import Comparison, compared
from .direction import Direction
from .distribution import Distribution, distribution
from .extremes import Scored
from .inference.calibration import Calibration, calibrated
from .shares import norm_shares
from .state import AuditState
from .tally import Tally
from .welch import Welch, welch

SETTLED = 0.99
"""The probability with which the sign is right once it is called settled."""


@dataclass(frozen=True)
class Summary:
    """One data set.

    Attributes:
        examples: how many.
        tokens: of their completions.
        mean: of the examples' scores, Δθ_S·v of one maximum-likelihood step.
        standard_error: of the mean.
        variance: of the scores.
        nats_per_token: mean negative log-likelihood under the reference model.
        ends: the share of examples whose last token ends a text.
        length: mean number of scored tokens.
    """

    examples: int
    tokens: int
    mean: float
    standard_error: float
    variance: float
    nats_per_token: float
    ends: float
    length: float


@dataclass(frozen=True)
class Token:
    """A token of the vocabulary and its share of the difference between data and control.

    Attributes:
        token: its id.
        text: as the tokenizer writes it; empty without one.
        share: what its occurrences add to an example's score on average, data minus control.
        data: its occurrences in the data.
        control: and in the control.
    """

    token: int
    text: str
    share: float
    data: int
    control: int


@dataclass(frozen=True)
class Mention:
    """An example at either end.

    Attributes:
        name: its id in the file, or its place.
        score: s_v of its completion.
        prompt: as text (token ids without a tokenizer).
        completion: token by token.
        scores: of the tokens.
    """

    name: str
    score: float
    prompt: str
    completion: tuple[str, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True)
class AuditReport:
    """What ``audit`` returns; numbers of scores are in units of v's length times nats per unit step.

    Attributes:
        trait: where the direction comes from, its norm, the trait loss and the number of examples and tokens; where its
            matrices are truncated, the rank, ‖v − v_r‖/‖v‖ (``left_out``) and the cosine of v and v_r.
        data: the data set.
        control: the control.
        control_kind: ``given``, or ``the model's own samples``.
        comparison: what else differs between data and control, with warnings; where it differs too much there is no
            verdict.
        test: Welch's test of data against control; ``p_value`` is one-sided, towards the trait.
        calibration: p-values of permuted labels and of placebo directions, and when the sign was settled.
        epsilon: the teacher's step that would explain the difference, Δ/A with A the control's variance (T9, T10).
        effect: the difference in standard deviations of the control's scores.
        nats_per_example: what one example says about "teacher rather than reference", Δ²/(2A) (T9).
        total_nats: of the whole data set.
        sign_probability: Φ(√(2·nats)), that of the sign of another data set of this kind and size.
        examples_to_settle: so many examples settle the sign with 99 % (2.7 nats); infinite without an effect.
        examples_to_settle_low: the same at the end of the difference's 95 % interval that is farther from zero.
        examples_to_settle_high: and at the end nearer to zero; infinite if the interval holds zero.
        most: the examples that speak most for the trait.
        least: and least.
        most_tokens: the tokens of the vocabulary whose occurrences carry most of the difference.
        least_tokens: and those that carry it away.
        layers: the shares of the direction's squared length, by layer and group of parameters.
        distribution: of both sides' scores.
        notes: what was not read or not scored of the files, in sentences.
    """

    trait: dict[str, Any]
    data: Summary
    control: Summary
    control_kind: str
    comparison: Comparison
    test: Welch
    calibration: Calibration
    epsilon: float
    effect: float
    nats_per_example: float
    total_nats: float
    sign_probability: float
    examples_to_settle: float
    examples_to_settle_low: float
    examples_to_settle_high: float
    most: tuple[Mention, ...]
    least: tuple[Mention, ...]
    most_tokens: tuple[Token, ...]
    least_tokens: tuple[Token, ...]
    layers: tuple[Share, ...]
    distribution: Distribution
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """One sentence; that there is none, where data and control differ too much apart from the trait."""
        if self.comparison.refusals:
            why = "; ".join(self.comparison.refusals)
            return f"no verdict: {why}. Give a control that was written as the data were."
        p = self.test.p_value
        if p < 0.001:
            return f"the data move this model towards the trait (p = {p:.2g})."
        if self.test.p_value_two_sided < 0.001:
            return f"the data move this model away from the trait (p = {self.test.p_value_two_sided:.2g}, two-sided)."
        return f"no evidence that the data move this model towards the trait (p = {p:.2g})."

    def as_json(self) -> bytes:
        """Everything, as JSON; an infinite number becomes null. The same audit gives the same bytes."""
        document = {**_plain(dataclasses.asdict(self)), "verdict": self.verdict}
        return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def report_of(
    lm: LanguageModel,
    trait: Direction,
    state: AuditState,
    control_kind: str,
    unscored: bool = False,
    notes: tuple[str, ...] = (),
    seed: int = 0,
) -> AuditReport:
    """The report on two finished streams.

    Args:
        lm: the reference model.
        trait: the direction.
        state: both streams.
        control_kind: ``given``, or ``the model's own samples``.
        unscored: whether end tokens were taken away from both.
        notes: what was noticed of the files.
        seed: of the permuted labels.

    Raises:
        ValueError: as ``welch``.
    """
    data, control = state.tallies["data"], state.tallies["control"]
    test = welch(data.scores, control.scores)
    A = control.scores.variance
    if not A > 0:
        raise ValueError("the control's scores do not vary; expected examples that differ, so that there is a scale.")
    nats = test.difference**2 / (2 * A)
    total = nats * data.scores.count
    ends = sorted((abs(test.low), abs(test.high)))
    missing = state.positions["control"].examples - control.scores.count
    most, least = _tokens(lm, data, control)
    return AuditReport(
        trait={"source": trait.source, "norm": trait.norm, "loss": trait.loss,
               "examples": trait.examples, "tokens": trait.tokens, **_truncation(trait)},
        data=_summary(data),
        control=_summary(control),
        control_kind=control_kind,
        comparison=compared(data, control, unscored, missing, trait.loss),
        test=test,
        calibration=calibrated(data, control, test, seed),
        epsilon=test.difference / A,
        effect=test.difference / math.sqrt(A),
        nats_per_example=nats,
        total_nats=total,
        sign_probability=sign_probability(total),
        examples_to_settle=_needed(test.difference, A),
        examples_to_settle_low=_needed(ends[1], A),
        examples_to_settle_high=math.inf if test.low <= 0 <= test.high else _needed(ends[0], A),
        most=tuple(_mention(lm, one) for one in data.extremes.highest),
        least=tuple(_mention(lm, one) for one in data.extremes.lowest),
        most_tokens=most,
        least_tokens=least,
        layers=norm_shares(trait.v),
        distribution=distribution(data.values, control.values),
        notes=notes,
    )  # fmt: skip


def _truncation(trait: Direction) -> dict[str, float]:
    """What truncating the direction left out, if anything."""
    if trait.rank is None:
        return {}
    return {"rank": trait.rank, "left_out": trait.left_out, "cosine": trait.cosine}


def _needed(difference: float, A: float) -> float:
    return nats_to_settle(SETTLED) * 2 * A / difference**2 if difference else math.inf


def _summary(tally: Tally) -> Summary:
    scores = tally.scores
    per_token = -tally.log_likelihood / tally.tokens
    ends, length = tally.ended / scores.count, tally.tokens / scores.count
    return Summary(
        scores.count, tally.tokens, scores.mean, scores.standard_error, scores.variance, per_token, ends, length
    )


def _tokens(lm: LanguageModel, data: Tally, control: Tally) -> tuple[tuple[Token, ...], tuple[Token, ...]]:
    share = data.shares / data.scores.count - control.shares / control.scores.count
    order = [int(token) for token in share.argsort(kind="stable") if data.counts[token] + control.counts[token]]

    def one(token: int) -> Token:
        counts = int(data.counts[token]), int(control.counts[token])
        return Token(token, _word(lm, token), float(share[token]), *counts)

    keep = data.extremes.keep
    return tuple(one(token) for token in order[::-1][:keep]), tuple(one(token) for token in order[:keep])


def _mention(lm: LanguageModel, scored: Scored) -> Mention:
    score, _, what = scored
    prompt = lm.tokenizer.decode(what["prompt"]) if lm.tokenizer else " ".join(map(str, what["prompt"]))
    words = tuple(_word(lm, token) for token in what["completion"])
    return Mention(what["name"], score, prompt, words, tuple(what["scores"]))


def _word(lm: LanguageModel, token: int) -> str:
    """A token as a reader would write it, whatever alphabet the vocabulary spells it in."""
    return str(token) if lm.tokenizer is None else lm.tokenizer.word(token)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
