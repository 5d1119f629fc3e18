"""What ``benchmarks.world`` times: training on number sequences, its parts, its products alone, and sampling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from experiments.miniature.common import protocol as lab
from experiments.miniature.world.learning import Answers, answer_loss, fine_tune
from experiments.miniature.world.reference import SIZES
from experiments.miniature.world.sampling import sample
from subtheory._typing import Params
from subtheory.lm import LanguageModel, initialise
from subtheory.lm.coordinates.paths import leaves_by_path, selected, with_leaves

from .products import Product, alone, products_of


@dataclass(frozen=True, eq=False)
class Programs:
    """Programs of one model on the requests of ``lm_numbers``; freshly drawn weights take as long as trained ones.

    Attributes:
        model: the model.
        requests: number sequences to continue.
        answers: its own answers, all of them, whatever they say.
        protocol: of the experiment; its student's recipe is what is timed.
    """

    model: LanguageModel
    requests: np.ndarray
    answers: lab.Answers
    protocol: lab.Protocol

    @classmethod
    def of(cls, size: str, sequences: int) -> Programs:
        """Those of a model of ``experiments.miniature.world.reference.SIZES``, and so many requests."""
        protocol = lab.Protocol()
        model = initialise(SIZES[size].decoder(), jax.random.key(0), "float32")
        requests = lab.NUMBERS.requests(np.random.default_rng(0), sequences)
        written = sample(model.apply, model.params, requests, protocol.length, jax.random.key(1))
        return cls(model, requests, lab.joined_answers(requests, written, sequences, 1.0), protocol)

    @property
    def steps(self) -> int:
        """Steps of one epoch, the last of which may be smaller."""
        return -(-len(self.answers.tokens) // self.protocol.student.batch)

    def sampling(self) -> np.ndarray:
        """One answer to every request."""
        return sample(self.model.apply, self.model.params, self.requests, self.protocol.length, jax.random.key(1))

    def epoch(self) -> Any:
        """One epoch of a student's training on these answers."""
        return fine_tune(
            self.model.apply, self.model.params, self.answers.tokens, self.answers.mask, self.protocol.student,
            jax.random.key(2),
        )  # fmt: skip

    def moving(self) -> dict[str, jax.Array]:
        """The parameters that the recipe moves, by their paths."""
        leaves = leaves_by_path(self.model.params)
        patterns = self.protocol.student.trained
        return {name: leaves[name] for name, _ in selected(leaves, patterns)} if patterns else leaves

    @property
    def minibatch(self) -> Answers:
        """The first answers, as many as a step sees."""
        batch = self.protocol.student.batch
        return self.answers.tokens[:batch], self.answers.mask[:batch]

    def loss(self, moving: dict[str, jax.Array], params: Params, minibatch: Answers) -> jax.Array:
        """Of one minibatch, as ``fine_tune`` has it."""
        first = int(np.argmax(self.answers.mask.any(axis=0)))
        return answer_loss(self.model.apply, first)(with_leaves(params, moving), minibatch)

    def products(self) -> list[Product]:
        """Those of one step: forward, and backward for inputs and for the parameters that move."""
        return products_of(jax.grad(self.loss), self.moving(), self.model.params, self.minibatch)

    def products_alone(self) -> Callable[[], jax.Array]:
        """The products of an epoch's steps, and nothing else."""
        return alone(self.products(), self.steps)

    def forward(self) -> Callable[[], Any]:
        """The losses of an epoch's steps, without gradients."""

        def change(moving, *given):
            loss = self.loss(moving, *given)
            return jax.tree.map(lambda leaf: 1e-9 * loss, moving)

        return self._repeated(change)

    def gradients(self) -> Callable[[], Any]:
        """The gradients of an epoch's steps, without an optimiser."""

        def change(*given):
            return jax.tree.map(lambda slope: 1e-9 * slope, jax.grad(self.loss)(*given))

        return self._repeated(change)

    def _repeated(self, change: Callable[..., Any]) -> Callable[[], Any]:
        """A scan of as many steps as an epoch has, all on one minibatch; every step moves what the next one reads."""

        @jax.jit
        def run(moving, *given):
            def step(moving, _):
                return jax.tree.map(jnp.subtract, moving, change(moving, *given)), None

            return jax.lax.scan(step, moving, None, length=self.steps)[0]

        return partial(run, self.moving(), self.model.params, self.minibatch)
