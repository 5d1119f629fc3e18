"""One table of optimisers, which everything that names one reads."""

import re
from pathlib import Path

import jax
import jax.numpy as jnp
import pytest

import subtheory
from subtheory.simulation.optimisers import OPTIMISERS, power_descent
from tests.tolerances import exact

ROOT = Path(subtheory.__file__).parents[1]
GRADIENT = jnp.array([4.0, -0.5])


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("sgd", [-0.4, 0.05]),
        ("momentum", [-0.76, 0.095]),
        ("sign", [-0.1, 0.1]),
        ("power 1/4", [-0.2, 0.1 * 0.5**0.5]),
        ("adam", [-0.1, 0.1]),
    ],
)
def test_the_second_step_on_the_same_gradient(name, second):
    optimiser = OPTIMISERS[name](0.1)
    state = optimiser.init(GRADIENT)
    for _ in range(2):
        with jax.numpy_dtype_promotion("standard"):
            step, state = optimiser.update(GRADIENT, state, GRADIENT)
    if name == "adam":  # but for its ε, 1e-8 of the gradient's size
        assert jnp.allclose(step, jnp.array(second), rtol=1e-7, atol=0)
    else:
        exact(step, jnp.array(second))


@pytest.mark.parametrize(("s", "name"), [(0.0, "sgd"), (0.5, "sign")])
def test_the_ends_of_the_family_are_descent_and_sign_descent(s, name):
    gradient = jnp.array([4.0, -0.5, 0.0])
    steps = [one.update(gradient, one.init(gradient))[0] for one in (power_descent(0.1, s), OPTIMISERS[name](0.1))]
    exact(*steps)


@pytest.mark.parametrize("s", [-0.1, 0.6])
def test_a_power_outside_of_the_family_is_refused(s):
    with pytest.raises(ValueError, match=re.escape(f"got the power s = {s}; expected one from 0")):
        power_descent(0.1, s)


def test_there_is_no_other_table():
    found = [
        path.relative_to(ROOT).as_posix()
        for room in ("subtheory", "experiments")
        for path in (ROOT / room).rglob("*.py")
        if re.search(r"^OPTIMISERS\b.*=", path.read_text(), re.MULTILINE)
    ]
    assert found == ["subtheory/simulation/optimisers.py"]
