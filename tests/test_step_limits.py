"""``verify_step`` where a format, a network or a trait loss cannot carry the verdict; and its traceable core."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from tests.instances import tanh_setting
from tests.tolerances import exact


@pytest.fixture(scope="module")
def setting():
    """The tanh perceptron."""
    return tanh_setting(0)


def _as(dtype, setting):
    """The same setting in another format; its trait is the weights' own norm."""
    change = {"trait_loss": st.traits.regulariser}
    for name in ("teacher_init", "student_init", "inputs"):
        change[name] = jax.tree.map(lambda leaf: leaf.astype(dtype), getattr(setting, name))
    return replace(setting, **change)


def test_a_change_below_rounding_is_unresolved(setting):
    """float32 at a small α, where the sign of the change would be a coin's; with the α that is named it is resolved."""
    small = _as(jnp.float32, setting)
    report = st.verify_step(small, epsilon=1e-2, alpha=1e-4)
    assert report.theorem_holds is None
    alpha = float(re.search(r"an alpha of at least ([\d.e+-]+)", report.unresolved).group(1))
    assert f"theorem unresolved: {report.unresolved}" in str(report)
    resolved = st.verify_step(small, epsilon=1e-2, alpha=alpha)
    assert resolved.unresolved == ""
    assert resolved.theorem_holds
    assert st.verify_step(_as(jnp.float64, setting), epsilon=1e-2, alpha=1e-4).theorem_holds


def test_in_float32_no_verdict_on_the_theorem_is_wrong():
    """Twenty instances at the default rates: held, or unresolved; never against what float64 says."""
    said = [st.verify_step(_as(jnp.float32, tanh_setting(seed))).theorem_holds for seed in range(20)]
    assert False not in said


def test_what_rounding_decides_is_not_certified(setting):
    """The finite step's identity at an ε where a quarter of it is rounding."""
    from subtheory.theory.radius import finite_step

    small, fine = _as(jnp.float32, setting), _as(jnp.float64, setting)
    for epsilon in np.geomspace(1e-7, 1e-1, 13).tolist():
        got, true = finite_step(small, epsilon), finite_step(fine, epsilon)
        off = abs(float(got.inner_product) / float(true.inner_product) - 1)
        assert off < 0.05 or not got.certified, (epsilon, off)
    assert finite_step(small, 0.03).certified
    assert float(finite_step(fine, 1e-3).rounding) < 1e-6 * float(finite_step(fine, 1e-3).monotone)


def test_bfloat16_breaks_no_premise(setting):
    report = st.verify_step(_as(jnp.bfloat16, setting), epsilon=1.0, alpha=1.0)
    assert all(premise.met for premise in report.premises)


def test_an_apply_that_is_no_function_is_refused(setting):
    """Dropout with a fresh key at every call: φ would be a number, and mean nothing."""
    draw = np.random.default_rng(0)

    def dropped(params, inputs):
        outputs = setting.apply(params, inputs)
        return outputs * jax.random.uniform(jax.random.key(draw.integers(2**31)), outputs.shape, outputs.dtype)

    noisy = replace(setting, apply=dropped)
    with pytest.raises(ValueError, match="apply is no function of its arguments: two calls"):
        st.verify_step(noisy)
    report = st.verify_step(noisy, allow_broken_premises=True)
    assert not report.certified
    assert "determinism broken" in str(report)


def test_a_trait_loss_that_is_no_number_is_refused(setting):
    bad = jnp.log(-jnp.ones(()))
    with pytest.raises(ValueError, match="the trait loss at student_init is NaN or infinite"):
        st.verify_step(replace(setting, trait_loss=lambda p: st.traits.regulariser(p) + jax.lax.stop_gradient(bad)))
    start = jax.tree.leaves(setting.student_init)[0]

    def breaks(params):
        moved = jnp.any(jax.tree.leaves(params)[0] != start)
        return st.traits.regulariser(params) + jnp.where(moved, jax.lax.stop_gradient(bad), 0.0)

    with pytest.raises(ValueError, match="after the student's step is NaN or infinite; .* try a smaller alpha"):
        st.verify_step(replace(setting, trait_loss=breaks))


def test_the_traceable_core(setting):
    """``verify_step`` says what to use; that gives the same numbers under ``jit`` and ``vmap``."""
    with pytest.raises(ValueError, match=r"under jit, vmap or scan use st.measure_step"):
        jax.jit(lambda epsilon: st.verify_step(setting, epsilon).inner_product)(1e-3)
    rates = jnp.asarray([1e-3, 1e-2])
    many = jax.jit(jax.vmap(lambda epsilon: st.measure_step(setting, epsilon, 1e-2)))(rates)
    for place, rate in enumerate(rates.tolist()):
        report = st.verify_step(setting, rate, 1e-2)
        exact(many["inner_product"][place], report.inner_product, size=10, scale=report.inner_product / rate)
        exact(many["trait_loss_change"][place], report.trait_loss_change, size=10, scale=1.0)


def test_the_example_of_the_how_to_runs():
    """The code of docs/how-to/bring_your_network.md, as it stands there."""
    page = (Path(__file__).parents[1] / "docs/how-to/bring_your_network.md").read_text()
    names: dict = {}
    exec(re.search(r"```python\n(.*?)```", page, re.DOTALL).group(1), names)
    assert names["report"].certified
    assert jax.tree.leaves(names["setting"].teacher_init["first"]) == []
