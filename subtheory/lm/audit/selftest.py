"""How weak a trait would an audit of this model find? A known one is planted, at known doses."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._keys import key_for
from ..._tree import move
from ..generation.generate import generate
from ..model import LanguageModel
from ..text.batches import Example
from .direction import trait_direction
from .scoring import Scored, Workload, scored_examples
from .welch import Moments, welch

DOSES = (0.0, 1 / 64, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
WANTED = 0.8
OWN_TRAIT = 8
"""So many of the model's own texts stand for a trait where none is given."""
PILOT, PILOTS, NEAR = 256, 5, 0.15
"""Examples of a small sample, how many such samples at most, and how near, relatively, they come to the strength."""


@dataclass(frozen=True)
class SelfTestPlan:
    """How the test is run.

    Attributes:
        examples: of the audits whose power is asked for, data and control each.
        pool: how many examples the planted teacher writes; the model itself writes twice as many.
        longest: tokens of an example, at most.
        strength: how far the teacher stands along the trait's direction: so far that its examples' scores are on
            average this many standard deviations above the model's own. T9 says how far to first order; a few small
            samples of it correct that.
        level: an audit finds the trait if Welch's one-sided p-value is at most this.
        repetitions: audits for each dose, of examples that are drawn from the pools without replacement.
        seed: of all that is drawn.
        tokens_per_batch: how many tokens are scored at once.
    """

    examples: int = 256
    pool: int = 1024
    longest: int = 32
    strength: float = 1.0
    level: float = 0.001
    repetitions: int = 400
    seed: int = 0
    tokens_per_batch: int = 4096

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        if self.examples < 8:
            raise ValueError(f"examples is {self.examples}; expected at least 8, so that there is a test.")
        if self.pool < 2 * self.examples:
            raise ValueError(
                f"the pool holds {self.pool} examples; expected at least {2 * self.examples}, twice those of an audit."
            )
        if not (math.isfinite(self.strength) and self.strength > 0):
            raise ValueError(f"strength is {self.strength}; expected a positive number of standard deviations.")
        if not 0 < self.level < 1:
            raise ValueError(f"level is {self.level}; expected a p-value between 0 and 1, such as 0.001.")
        for name in ("longest", "repetitions", "tokens_per_batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1.")


@dataclass(frozen=True)
class SelfTest:
    """What was planted and what was found.

    Attributes:
        epsilon: the teacher is θ₀ + εv.
        strength: in standard deviations, as asked for.
        effect: as it came out in the whole pool: what the teacher's examples score above the model's own.
        examples: of an audit's data, and of its control.
        level: the p-value at which it is found.
        repetitions: audits for each dose.
        doses: shares of the data that the teacher wrote.
        power: the share of audits that find the trait, for each dose; that of dose 0 is the rate of false alarms.
        dose: the share that is found with power .8, by interpolation between doses; None if even data that are the
            teacher's alone are not.
        written: how many examples were sampled.
        tokens: how many were scored.
    """

    epsilon: float
    strength: float
    effect: float
    examples: int
    level: float
    repetitions: int
    doses: tuple[float, ...]
    power: tuple[float, ...]
    dose: float | None
    written: int
    tokens: int

    @property
    def verdict(self) -> str:
        """One sentence."""
        planted = f"a trait whose writer stands {self.effect:.2g} standard deviations from this model"
        if self.dose is None:
            return (
                f"{planted} is not found with power {WANTED:g} in {self.examples:,} examples at level {self.level:g}, "
                f"even if it wrote all of them (power {self.power[-1]:.2g}): audit more examples."
            )
        return (
            f"{planted} is found with power {WANTED:g} in {self.examples:,} examples at level {self.level:g}, if it "
            f"wrote {self.dose:.1%} of them or more."
        )

    def as_json(self) -> bytes:
        """Everything, as JSON."""
        document = {**dataclasses.asdict(self), "verdict": self.verdict}
        return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def selftest(
    lm: LanguageModel,
    trait: Sequence[Example] | None = None,
    prompts: Sequence[Sequence[int]] | None = None,
    plan: SelfTestPlan | None = None,
    progress: Callable[[str], None] = lambda what: None,
) -> SelfTest:
    """Plant a trait of known strength, mix what its teacher writes into the model's own texts, and audit the mixtures.

    The teacher is θ₀ + εv. With ε = strength/√A, A the variance of the model's own scores, T9's first order would have
    its examples score εA = strength·√A above the model's own; small samples then mend ε where the strength is beyond
    that order. Audits are repeated on scores, which costs nothing beside writing and scoring three pools' worth of
    examples.

    Args:
        lm: the model.
        trait: examples; a few of the model's own texts stand for it if absent.
        prompts: as token ids, gone through in turn; an empty text if absent.
        plan: sizes, strength, level.
        progress: called with what is being done.

    Raises:
        ValueError: a model that has no token to begin a text with, and no prompts; a trait without a direction.
    """
    plan = plan or SelfTestPlan()
    if prompts is None:
        if lm.config.bos is None:
            raise ValueError("this model has no token that begins a text; expected prompts (--prompts).")
        prompts = [[lm.config.bos]]
    work = Workload(plan.tokens_per_batch, lm.config.context)
    if trait is None:
        trait = _written(lm, prompts, OWN_TRAIT, "self-test's trait", plan)
    progress("the trait's direction")
    v = trait_direction(lm, trait, work).v
    progress("the model itself writes")
    own = _written(lm, prompts, 2 * plan.pool, "self-test's own", plan)
    progress("scoring")
    mine = scored_examples(lm.apply, lm.params, v, own, work)
    scores = np.array([one.score for one in mine])
    deviation = float(scores.std(ddof=1))
    if not deviation > 0:
        raise ValueError("the model's own scores do not vary; expected a trait that its texts can differ in.")

    def by_teacher(epsilon: float, count: int, purpose: str) -> list[Scored]:
        written = _written(lm.with_params(move(lm.params, epsilon, v)), prompts, count, purpose, plan)
        return scored_examples(lm.apply, lm.params, v, written, work)

    def effect(scored: Sequence[Scored]) -> float:
        return float(np.mean([one.score for one in scored]) - scores.mean()) / deviation

    progress("how far the teacher stands")
    epsilon, pilots = plan.strength / deviation, []
    while len(pilots) < PILOTS:
        pilots.append(by_teacher(epsilon, min(PILOT, plan.pool), f"self-test's pilot {len(pilots)}"))
        factor = plan.strength / max(effect(pilots[-1]), plan.strength / 4)
        if abs(factor - 1) <= NEAR:
            break
        epsilon *= factor
    progress("the planted teacher writes")
    theirs = by_teacher(epsilon, plan.pool, "self-test's teacher")
    planted = np.array([one.score for one in theirs])
    power = tuple(power_at(dose, scores, planted, plan) for dose in DOSES)
    return SelfTest(
        epsilon=epsilon,
        strength=plan.strength,
        effect=effect(theirs),
        examples=plan.examples,
        level=plan.level,
        repetitions=plan.repetitions,
        doses=DOSES,
        power=power,
        dose=dose_found(DOSES, power),
        written=len(own) + len(theirs) + sum(map(len, pilots)),
        tokens=sum(len(one.scores) for scored in (mine, theirs, *pilots) for one in scored),
    )


def power_at(dose: float, own: Float[np.ndarray, " n"], planted: Float[np.ndarray, " m"], plan: SelfTestPlan) -> float:
    """The share of audits that find the trait in data of which the teacher wrote a share ``dose``.

    Data and control are disjoint parts of the same pool, so that at dose 0 they can change places.
    """
    draw = np.random.default_rng([plan.seed, *f"self-test at {dose}".encode()])
    n, taught = plan.examples, round(dose * plan.examples)
    found = 0
    for _ in range(plan.repetitions):
        mine = draw.permutation(own)[: 2 * n]
        mine[:taught] = draw.permutation(planted)[:taught]
        found += welch(Moments.of(mine[:n]), Moments.of(mine[n:])).p_value <= plan.level
    return found / plan.repetitions


def dose_found(doses: Sequence[float], power: Sequence[float], wanted: float = WANTED) -> float | None:
    """The dose at which power first reaches what is wanted, on the line between the doses beside it.

    >>> dose_found((0.0, 0.25, 0.5), (0.0, 0.6, 1.0))
    0.375
    """
    for i in range(1, len(doses)):
        if power[i] >= wanted > power[i - 1]:
            part = (wanted - power[i - 1]) / (power[i] - power[i - 1])
            return float(doses[i - 1] + part * (doses[i] - doses[i - 1]))
    return None


def _written(
    lm: LanguageModel, prompts: Sequence[Sequence[int]], count: int, purpose: str, plan: SelfTestPlan
) -> list[Example]:
    asked = [list(prompts[i % len(prompts)]) for i in range(count)]
    drawn = generate(lm, asked, plan.longest, key=key_for(plan.seed, purpose), batch_size=256).tokens
    return [
        Example(np.array(prompt, np.int32), np.asarray(tokens, np.int32), str(i))
        for i, (prompt, tokens) in enumerate(zip(asked, drawn, strict=True))
    ]
