"""What says before training how much a student will take over? Ten predictors on 207 settings of perceptrons.

    python -m experiments run predict_transfer --profile paper

Cost on two cores: quick (2 development seeds, four families) about a minute, paper (10 seeds) about 4 minutes.

A teacher learns digits; students imitate its auxiliary logits on noise. Thirteen families each vary one thing and leave
the rest as it is in the base (64-64-64-16, relu, six auxiliary logits, forward KL, uniform noise, 256 steps of Adam):
*width*, *depth*, *activation*, *scale* of the initialisation, number of *auxiliary* logits, *loss*, *inputs*,
*optimiser* and *length*, every value with nine starts (the teacher's; two on the way to another; two with noise; with
its first layer or its head anew; with units permuted; another), and four families of starts: *interpolated*, *noise*,
*layers anew*, *permuted*.

Transfer is accuracy on test images above that of the student's own start. Known before training, on 256 of the inputs:
A = vᵀGv at the start (T1), coverage in the time of the training (T12), S and r = ρ/S (T14), the distance of the start,
the cosines of the first step with v and of the two gradients, CKA of the last hidden layer with the teacher's, and two
predictions in the units of transfer: *flow*, the accuracy of the real network at θ_start + u, u the linearised flow of
w = θ_T − θ_start (T15), and *linear training*, the same where the linearised student flows on the teacher's outputs.
Each costs 16 products with G.

Preregistered: development seeds 0 and 1 (profile quick), test seeds 1000 to 1009. A setting's transfer and predictors
are means over the seeds; the unit of what is said of new settings is the family. Every predictor is turned into a
prediction by isotonic regression on the other twelve families, and judged on the one left out, against the mean of
those twelve and against "starts where the teacher did, or not". Primary: Spearman's rank correlation with transfer,
over all settings, of *flow*'s held-out predictions, less that of "same start or not"; 95 % bootstrap interval over
families; the theory is of use if the whole interval lies above zero. Secondary: the same for every predictor, and for a
ridge regression (weight 1) on the standardised ranks of all of them; the mean absolute error; and split-conformal 90 %
intervals (every other setting of the twelve families fits, the rest calibrates), their coverage in the family left out
and their width.

Expect, by the development seeds' four families: held-out rank correlations of .8 for the cosine of the first step and
for flow, which understates transfer by half or more; .6 for the start's distance; nothing for r, A and the cosine of
the two gradients, on all inputs of one look.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import jax
import jax.numpy as jnp

from experiments.auxiliary_logits.common.protocol import LOSSES, OPTIMISERS, Protocol
from experiments.harness.presets import seeds_of
from subtheory.setting.data import Dataset
from subtheory.simulation.distillation import Imitation, imitation_objective
from subtheory.simulation.training import Schedule, fit

from .common.cases import BASE, FAMILIES, Case, World, worlds
from .common.forecast import forecasts
from .common.stage import Play, Stage, on_stage

PAPER = ()
CLAIMS = ("T1", "T12", "T14", "T15")
COST = {"quick": 55, "paper": 240}

PRECISION = "float32"


@dataclass(frozen=True)
class Config:
    """What is run: ``seeds`` seeds from ``first_seed`` on.

    Attributes:
        seeds: how many.
        first_seed: the first.
        data: the data set.
        families: of ``cases.FAMILIES``.
        protocol: the base.
    """

    seeds: int
    first_seed: int = 1000
    data: str = "digits"
    families: tuple[str, ...] = FAMILIES
    protocol: Protocol = BASE


PRESETS = {
    "quick": Config(seeds=2, first_seed=0, families=("auxiliary", "length", "interpolated", "layers anew")),
    "paper": Config(seeds=10),
}


def chunks(config: Config) -> range:
    """One chunk per seed."""
    return seeds_of(config)


def check(config: Config, data: Dataset) -> None:
    """Raise ValueError if the data have fewer classes than the protocol asks for."""
    config.protocol.seen(data)


def run_chunk(config: Config, chunk: int, data: Dataset) -> list[dict[str, Any]]:
    """All settings of one seed."""
    rows = []
    for world, cases in worlds(config.families, config.protocol).items():
        found = on_stage(_play(world, tuple(cases)), world.protocol, chunk, data)
        for at, case in enumerate(cases):
            row = {"seed": chunk, "condition": case.family, "varied": case.value, "start": case.start}
            rows += [{**row, "metric": metric, "value": _short(values[at])} for metric, values in found.items()]
    return rows


def _short(value: Any) -> float:
    return float(f"{value:.5g}")


@lru_cache(maxsize=64)
def _play(world: World, cases: tuple[Case, ...]) -> Play:
    return partial(play, world=world, cases=cases)


def play(
    stage: Stage, test_images: jax.Array, test_labels: jax.Array, world: World, cases: tuple[Case, ...]
) -> dict[str, jax.Array]:
    """Metric → one value per case."""

    def judged(params):
        return stage.class_accuracy(params, test_images, test_labels)

    begun = [stage.start(case.student) for case in cases]
    starts = jax.tree.map(lambda *leaves: jnp.stack(leaves), *begun)
    known = jax.lax.map(lambda start: forecasts(stage, world.loss, start, judged), starts)
    return {**known, "test_accuracy": jax.lax.map(judged, _trained(stage, world, starts))}


def _trained(stage: Stage, world: World, starts: Any) -> Any:
    """All students at once: losses are added, so that each sees its own gradient; optimisers act number by number."""
    protocol = stage.protocol
    one = imitation_objective(stage.apply, Imitation(LOSSES[world.loss], stage.channel))

    def together(params, minibatch):
        return jnp.sum(jax.vmap(lambda theta: one(theta, minibatch))(params))

    schedule = Schedule(
        OPTIMISERS[protocol.student_optimiser](protocol.student_rate), protocol.batch, protocol.student_epochs
    )
    examples = (stage.inputs, stage.targets)
    return fit({"all": together}, {"all": starts}, examples, schedule, stage.keys["student batches"])[0]["all"]
