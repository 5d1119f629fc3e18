"""The audit: how far would a data set move this model towards a trait? One Jacobian-vector product a batch (T9)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import jax

from ..._keys import key_for
from ..model import LanguageModel
from ..text.encoding import Given, given_examples, noted_examples
from ..text.reading import Notes, Reading
from ..text.streams import Position, Stream
from .direction import Direction
from .ends import carry_ends, endless
from .factors.direction import factored_direction
from .factors.rank import check_rank
from .inference.placebo import check_placebos, placebo_keys, placebo_scores
from .own_samples import own_samples
from .report import AuditReport, report_of
from .scoring import Workload, scored_examples
from .state import AuditStore
from .tally import Tally

Progress = Callable[[str, int], None]
"""Called with what is being scored (``data`` or ``control``) and how many examples are finished."""


@dataclass(frozen=True)
class AuditPlan:
    """How an audit is run; its numbers decide the result, apart from ``devices``.

    Attributes:
        parameters: patterns of parameter paths to which the trait's direction is restricted; all if empty.
        own_samples: how many of the model's own samples are the control where none is given.
        own_length: how many tokens each of them may have: what the data's writer was allowed; the data's longest
            completion if None.
        seed: of these samples.
        keep: how many of the most and least transmitting examples and tokens are reported.
        window: how many examples are in memory at once; after each window the state is stored.
        tokens_per_batch: how many tokens are computed at once.
        devices: among which batches are shared out; None for the default device.
        rank: to which the matrices of the trait's direction are truncated; by ``factored_direction``'s rule if None.
        placebos: how many directions like the trait's, turned at random, are scored beside it: 0, or 20 and more. Each
            costs about half of what the trait's costs.
        reading: which turns of conversations are scored, and which columns of the data's file are read; a trait or a
            control without these columns is read by its own layout.
    """

    parameters: tuple[str, ...] = ()
    own_samples: int = 1024
    own_length: int | None = None
    seed: int = 0
    keep: int = 5
    window: int = 2048
    tokens_per_batch: int = 4096
    devices: tuple[Any, ...] | None = None
    rank: int | None = None
    placebos: int = 0
    reading: Reading = field(default_factory=Reading)

    def __post_init__(self) -> None:
        """Refuse numbers that mean nothing."""
        for name in ("own_samples", "keep", "window", "tokens_per_batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected at least 1.")
        if self.own_length is not None and self.own_length < 1:
            raise ValueError(f"own_length is {self.own_length}; expected at least 1, or none.")
        check_rank(self.rank)
        check_placebos(self.placebos)

    def workload(self, lm: LanguageModel) -> Workload:
        """Batches and devices for a model."""
        return Workload(self.tokens_per_batch, lm.config.context, self.devices)


def audit(
    lm: LanguageModel,
    trait: Given | Direction,
    data: Given,
    control: Given | None = None,
    plan: AuditPlan | None = None,
    *,
    state: Path | None = None,
    resume: bool = False,
    progress: Progress = lambda what, done: None,
) -> AuditReport:
    """Score a data set's completions along the trait's direction, and test them against a control.

        Δθ_S·v = mean over examples of s_v(x),   s_v(x) = Σ_t d/dε log p_{θ₀+εv}(y_t | y_<t) at ε = 0   (T9)

    The mean is how far one maximum-likelihood step on the data moves the model along v; its excess over the control's
    is tested by Welch's t. A student's sign is settled with probability Φ(√(2·nats)).

    Args:
        lm: the reference model θ₀, the one that would be trained on the data.
        trait: examples of the trait (a file, or pairs of prompt and completion), or a direction.
        data: the data set; a file is streamed, whatever its length.
        control: what the same prompts would yield without the trait; the model's own samples on the data's prompts,
            ended, cut and encoded as the data are (``own_samples``), where none is given.
        plan: batches, devices, control samples.
        state: a file that keeps what is finished after every window.
        resume: whether to go on with ``state``.
        progress: called after every window.

    Raises:
        ValueError: examples that cannot be read or scored (named by file and line), a state of another audit, fewer
            than two examples.
    """
    plan = plan or AuditPlan()
    data, control = _held(data, lm), None if control is None else _held(control, lm)
    work = plan.workload(lm)
    seen, beside = Notes(), plan.reading.beside()
    if not isinstance(trait, Direction):
        examples, seen = noted_examples(trait, lm.config, lm.tokenizer, beside)
        trait = factored_direction(lm, examples, work, plan.parameters, plan.rank)
    params, v = (work.placed(tree, rows=False) for tree in (lm.params, trait.v))
    store = AuditStore(state, _header(lm, trait, data, control, plan))
    kept = store.opened(resume, Tally.empty(lm.config.vocabulary, plan.keep, plan.placebos))
    keys = placebo_keys(plan.seed, plan.placebos) if plan.placebos else None
    given, eos = control is not None, lm.config.eos
    streams = {
        "data": Stream(data, lm, plan.window, None, plan.reading),
        "control": Stream(control, lm, plan.window, None, beside)
        if control is not None
        else Stream(data, lm, plan.window, plan.own_samples, plan.reading),
    }
    ends = _begin_with_ends(streams["data"], eos)
    unscored = given and ends != _begin_with_ends(streams["control"], eos)
    for what, stream in streams.items():
        for window, position in stream.windows(kept.positions[what]):
            if what == "control" and not given and window:
                key, longest = key_for(plan.seed, "own samples", position.window), kept.tallies["data"].longest
                window = own_samples(lm, window, key, plan.own_length or longest, ends)
            if unscored:
                window = endless(window, eos)
            scored = scored_examples(lm.apply, params, v, window, work)
            beyond = None if keys is None else placebo_scores(lm.apply, params, v, keys, window, work)
            tally = kept.tallies[what].with_examples(window, scored, eos, beyond)
            kept = store.saved(kept.advanced(what, tally, position))
            progress(what, position.examples)
    notes = {"the trait": seen, "the data": kept.positions["data"].notes}
    if given:
        notes["the control"] = kept.positions["control"].notes
    said = tuple(words for what, one in notes.items() for words in one.sentences(what, plan.reading.turns))
    return report_of(lm, trait, kept, "given" if given else "the model's own samples", unscored, said, plan.seed)


def _begin_with_ends(stream: Stream, eos: Sequence[int]) -> bool:
    """Whether the first window's completions carry end tokens: one rule for the whole stream."""
    return carry_ends(next(stream.windows(Position()))[0], eos)


def _held(given: Given, lm: LanguageModel) -> Given:
    """A file as it is; anything else as checked examples in memory, since it is gone through more than once."""
    return given if isinstance(given, Path | str) else given_examples(given, lm.config, lm.tokenizer)


def _header(lm: LanguageModel, trait: Direction, data: Given, control: Given | None, plan: AuditPlan) -> dict[str, Any]:
    """What must agree between two sessions of one audit; the direction's numbers stand for weights and trait."""
    return {
        "trait": [trait.source, f"{trait.loss or 0:.5g}", f"{trait.norm:.5g}", trait.examples, trait.tokens],
        "dtype": str(jax.tree.leaves(lm.params)[0].dtype),
        "data": _fingerprint(data),
        "control": None if control is None else _fingerprint(control),
        "plan": [
            list(plan.parameters),
            plan.own_samples,
            plan.own_length,
            plan.seed,
            plan.keep,
            plan.window,
            plan.tokens_per_batch,
            plan.rank,
            plan.placebos,
        ],
        "reading": asdict(plan.reading),
    }


def _fingerprint(given: Given) -> str:
    if isinstance(given, Path | str):
        try:
            with Path(given).open("rb") as stream:
                return hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise ValueError(f"cannot read {str(given)!r} ({reason}); expected a file of examples.") from error
    return f"{len(given) if isinstance(given, Sequence) else 0} examples in memory"
