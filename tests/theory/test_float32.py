"""JAX's default format: every public quantity of the theory, in float32 beside float64, within a stated bound.

The bound is 300 machine epsilons of float32 (4e-5) of the quantity's size, or 1e-3 of it where a quantity is the small
difference of larger ones.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.theory import (
    attribution,
    endpoint,
    equality,
    filtering,
    flow,
    gauss_newton,
    initialisation,
    kernel,
    lemma,
    preconditioning,
    radius,
    rounding,
    sampling,
    student_step,
    subspace,
    symmetry,
    theorem,
    trajectory,
)
from subtheory.theory.factors.parts import formed
from subtheory.theory.factors.perceptron import output_change_along, perceptron_direction
from subtheory.theory.factors.truncation import truncated
from tests.instances import TRAIT_OUTPUTS, build, designs, draws
from tests.tolerances import values_of

DESIGN = designs()[0]
TIGHT, LOOSE = 300 * float(jnp.finfo(jnp.float32).eps), 1e-3
SEEDS = (0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)))


def cast(tree, dtype):
    floating = lambda leaf: leaf.astype(dtype) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf  # noqa: E731
    return jax.tree.map(floating, tree)


def mask(s):
    ones = jax.tree.map(jnp.ones_like, s.teacher_init)
    return jax.tree.map(lambda leaf: leaf if leaf.ndim > 1 else 0 * leaf, ones)


def halved(tree):
    return jax.tree.map(lambda leaf: leaf / 2, tree)


def other(s, drawn):
    return build(DESIGN, {**drawn, "student": drawn["direction"]})


def _terms(s, drawn):
    terms = trajectory.imitation_terms(s, s.student_init, drawn["direction"])
    return terms.monotone, terms.remainder, terms.progress


def _strings(s, drawn):
    log_p = jax.nn.log_softmax(jnp.linspace(-1, 1, 8).astype(drawn["inputs"].dtype))
    return log_p, (jnp.arange(8) % 2).astype(log_p.dtype), jnp.sin(jnp.arange(8).astype(log_p.dtype))


def _in_factors(s, drawn):
    """(v, Jv, v_r) of the trait that ``build`` gives, by"""

    def of_outputs(outputs):
        got = outputs[:, TRAIT_OUTPUTS] - drawn["trait_targets"]
        return jnp.mean(jnp.sum(got**2, axis=-1)) / 2

    @jax.jit
    def found(params):
        v = perceptron_direction(params, jnp.tanh, drawn["trait_inputs"], of_outputs)
        change = output_change_along(params, jnp.tanh, s.inputs, v)[1]
        return formed(v), change, formed(truncated(v, 1))

    return found(s.teacher_init)


# name → (function of a setting and its draws, bound)
QUANTITIES = {
    "T0 Gv": (lambda s, d: gauss_newton.gauss_newton_product(s, s.update_direction()), TIGHT),
    "T0 Jv": (lambda s, d: gauss_newton.output_change(s, s.update_direction()), TIGHT),
    "T1 A": (lambda s, d: lemma.alignment_slope(s), TIGHT),
    "T1 εA": (lambda s, d: lemma.predicted_inner_product(s, 0.5), TIGHT),
    "T1 update": (lambda s, d: lemma.predicted_student_update(s, 0.5), TIGHT),
    "T1 cosine": (lambda s, d: lemma.predicted_cosine(s), TIGHT),
    "T1 remainder": (lambda s, d: lemma.second_order_coefficient(s), LOOSE),
    "T2 change": (lambda s, d: theorem.predicted_trait_loss_change(s, 0.5, 0.25), TIGHT),
    "T3 reach": (lambda s, d: equality.channel_reach(s), TIGHT),
    "T4 untrained": (lambda s, d: initialisation.untrained_update(other(s, d)), TIGHT),
    "T4 paired": (lambda s, d: initialisation.paired_response(other(s, d)), TIGHT),
    "T5 terms": (lambda s, d: (radius.finite_step(s, 0.5).monotone, radius.finite_step(s, 0.5).inner_product), LOOSE),
    "T5 radius": (lambda s, d: jnp.minimum(radius.lemma_radius(s, 1e-2, 1e3), 1e3), LOOSE),
    "T5 resolution": (lambda s, d: rounding.relative_effect(s), TIGHT),
    "T6 change": (lambda s, d: student_step.student_step(
        s.trait_loss, s.student_init, s.update_direction(), 0.5, nodes=8).trait_loss_change, LOOSE),
    "T7 shares": (lambda s, d: attribution.attribution(s, 0.5), TIGHT),
    "T8 change": (lambda s, d: preconditioning.predicted_trait_loss_change(s, halved, 0.5, 0.25), TIGHT),
    "T9 Fisher": (lambda s, d: sampling.fisher_information(s), LOOSE),
    "T9 nats": (lambda s, d: sampling.information_per_sample(s, 0.5), LOOSE),
    "T9 skewness": (lambda s, d: sampling.score_skewness(s), LOOSE),
    "T10 gap": (lambda s, d: filtering.predicted_filter_gap(*_strings(s, d), 0.5), TIGHT),
    "T11 shift": (lambda s, d: kernel.predicted_output_shift(s, d["trait_inputs"], TRAIT_OUTPUTS, 0.5, 0.25), TIGHT),
    "T11 kernel": (lambda s, d: kernel.tangent_kernel(s, d["trait_inputs"], TRAIT_OUTPUTS), TIGHT),
    "T12 flow": (lambda s, d: flow.linearised_displacement(s, 0.5, 0.25, 20), TIGHT),
    "T12 coverage": (lambda s, d: flow.coverage(s), LOOSE),
    "T13 restricted": (lambda s, d: subspace.restricted_inner_product(s, mask(s), 0.5), LOOSE),
    "T13 shared": (lambda s, d: subspace.shared_restriction_slope(s, mask(s)), TIGHT),
    "T13 permuted": (lambda s, d: symmetry.predicted_permuted_update(s, [jnp.arange(4)[::-1]], 0.5), TIGHT),
    "T14 terms": (_terms, LOOSE),
    "T15 trajectory": (lambda s, d: endpoint.linear_trajectory(s, d["direction"], 0.25, 20, lambda u: 0.0)[0], TIGHT),
    "T16 factors": (_in_factors, LOOSE),
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", QUANTITIES)
def test_float32_says_what_float64_says(name, seed):
    numbers, bound = QUANTITIES[name]
    fine = draws(DESIGN, seed)
    coarse = cast(cast(fine, jnp.float32), jnp.float64)  # the same numbers: only the arithmetic differs
    expected = values_of(numbers(build(DESIGN, coarse), coarse))
    small = cast(fine, jnp.float32)
    got = values_of(numbers(build(DESIGN, small), small))
    assert got.shape == expected.shape
    size = max(1e-30, float(np.max(np.abs(expected))))
    assert float(np.max(np.abs(got - expected))) <= bound * size


def test_every_module_of_the_theory_is_here():
    numbers = {name.split()[0] for name in QUANTITIES}
    assert numbers == {f"T{i}" for i in range(17)}
