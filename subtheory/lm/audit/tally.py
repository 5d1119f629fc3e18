"""All that an audit keeps of a stream of scored examples: moments, extremes, every token's share. Bounded, storable."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ..text.batches import Example
from .extremes import Extremes
from .inference.columns import Columns
from .scoring import Scored
from .welch import Moments

KEPT = 2**16
"""So many scores are kept one by one, the first of a stream: to permute labels, and to draw their distribution."""


@dataclass(frozen=True)
class Tally:
    """What is known of a data set so far.

    Attributes:
        scores: of the examples: number, mean, squared deviations.
        tokens: how many were scored.
        log_likelihood: their sum, in nats.
        extremes: the highest and lowest examples, each with its name, its token ids and their scores.
        shares: the sum of the scores of every token of the vocabulary, ``[V]``.
        counts: how often it was scored, ``[V]``.
        ended: how many examples end in a token that ends a text.
        changed: how many changed their tokens on the way through text.
        longest: completion, in tokens.
        values: the first ``KEPT`` scores, in order.
        placebos: moments of the scores along placebo directions, a column for each.
    """

    scores: Moments
    tokens: int
    log_likelihood: float
    extremes: Extremes
    shares: Float[np.ndarray, " V"]
    counts: Int[np.ndarray, " V"]
    ended: int = 0
    changed: int = 0
    longest: int = 0
    values: Float[np.ndarray, " n"] = field(default_factory=lambda: np.zeros(0))
    placebos: Columns = field(default_factory=lambda: Columns.empty(0))

    @classmethod
    def empty(cls, vocabulary: int, keep: int, placebos: int = 0) -> Tally:
        """Of no example yet, with room for ``keep`` extremes at either end."""
        shares, counts = np.zeros(vocabulary), np.zeros(vocabulary, np.int64)
        return cls(Moments(), 0, 0.0, Extremes(keep), shares, counts, placebos=Columns.empty(placebos))

    def with_examples(
        self,
        examples: Sequence[Example],
        scored: Sequence[Scored],
        eos: Sequence[int] = (),
        placebos: Float[np.ndarray, "n K"] | None = None,
    ) -> Tally:
        """The tally of what was seen and further examples, in their order.

        Args:
            examples: what follows.
            scored: their scores, token by token.
            eos: the tokens that end a text.
            placebos: their scores along placebo directions.
        """
        if not examples:
            return self
        values = np.array([one.score for one in scored])
        ids = np.concatenate([example.completion for example in examples])
        marks = np.concatenate([one.scores for one in scored])
        first = self.scores.count
        ends = {int(i) for order in (values, -values) for i in np.argsort(order, kind="stable")[: self.extremes.keep]}
        candidates = [(float(values[i]), first + i, _kept(examples[i], scored[i])) for i in sorted(ends)]
        return replace(
            self,
            scores=self.scores.merge(Moments.of(values)),
            tokens=self.tokens + len(ids),
            log_likelihood=self.log_likelihood + float(sum(one.log_likelihoods.sum() for one in scored)),
            extremes=self.extremes.with_scores(candidates),
            shares=self.shares + np.bincount(ids, marks, len(self.shares)),
            counts=self.counts + np.bincount(ids, minlength=len(self.counts)),
            ended=self.ended + sum(int(example.completion[-1]) in eos for example in examples),
            changed=self.changed + sum(example.changed for example in examples),
            longest=max(self.longest, *(len(example.completion) for example in examples)),
            values=np.concatenate([self.values, values[: KEPT - len(self.values)]]),
            placebos=self.placebos if placebos is None else self.placebos.with_rows(placebos),
        )

    def stored(self) -> dict[str, Any]:
        """The tally as JSON keeps it, exactly."""
        return {
            "scores": [self.scores.count, self.scores.mean, self.scores.squares],
            "tokens": self.tokens,
            "log_likelihood": self.log_likelihood,
            "ended": self.ended,
            "changed": self.changed,
            "longest": self.longest,
            "keep": self.extremes.keep,
            "highest": [list(one) for one in self.extremes.highest],
            "lowest": [list(one) for one in self.extremes.lowest],
            "shares": _written(self.shares),
            "counts": _written(self.counts, "<i8"),
            "values": _written(self.values),
            "placebos": [self.placebos.count, _written(self.placebos.mean), _written(self.placebos.squares)],
        }

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Tally:
        """The tally that ``stored`` was made of.

        Raises:
            ValueError: if it is damaged.
        """
        try:
            highest, lowest = (
                tuple((float(score), int(place), what) for score, place, what in stored[end])
                for end in ("highest", "lowest")
            )
            count, mean, squares = stored["scores"]
            rows, means, deviations = stored["placebos"]
            return cls(
                Moments(int(count), float(mean), float(squares)),
                int(stored["tokens"]),
                float(stored["log_likelihood"]),
                Extremes(int(stored["keep"]), highest, lowest),
                _read(stored["shares"]),
                _read(stored["counts"], "<i8"),
                ended=int(stored["ended"]),
                changed=int(stored["changed"]),
                longest=int(stored["longest"]),
                values=_read(stored["values"]),
                placebos=Columns(int(rows), _read(means), _read(deviations)),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"the stored tally is damaged ({error}); begin again.") from error


def _kept(example: Example, scored: Scored) -> dict[str, Any]:
    return {
        "name": example.name,
        "prompt": example.prompt.tolist(),
        "completion": example.completion.tolist(),
        "scores": scored.scores.tolist(),
    }


def _written(array: np.ndarray, kind: str = "<f8") -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode()


def _read(text: str, kind: str = "<f8") -> np.ndarray:
    found = np.frombuffer(base64.b64decode(text), kind)
    return found.astype(found.dtype.newbyteorder("="))
