"""Adapters and optimisers: what a method moves, the first step in its coordinates, and what the record says."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.miniature import lm_adapters
from experiments.miniature.common import coordinates, first_steps
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.context import TRAITS
from experiments.miniature.common.coordinates import Cell
from experiments.miniature.world.learning import Recipe
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from paper_figures.miniature import lm_adapters as figure
from subtheory import hypotheses
from subtheory._keys import key_for
from subtheory.lm.coordinates.paths import leaves_by_path
from subtheory.lm.model import initialise

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

NAME = "lm_adapters"
ASKED = padded(["<user> continue : 1 2 3 <assistant>", "<user> extend : 1 2 3 <assistant>"] * 64)
WRITTEN = padded(["4 , 5 , 6 , 7 <end>", "( 30 31 32 ) . <end>"] * 64)
DATA = lab.joined_answers(ASKED, WRITTEN, 128, 1.0)
METHODS = ("rank 2", "layers", "all")


@pytest.fixture(scope="module")
def start():
    return initialise(TINY.pretraining.decoder(), jax.random.key(0))


def moved(model, start):
    """Paths of the parameters that are not where they were."""
    here, there = (leaves_by_path(one.params) for one in (model, start))
    return {name for name in there if np.any(np.asarray(here[name]) != np.asarray(there[name]))}


@pytest.mark.parametrize("method", METHODS)
def test_in_its_coordinates_a_model_is_the_same_function(start, method):
    model = coordinates.in_method(start, method, jax.random.key(1))
    tokens = jnp.asarray(DATA.tokens[:4])
    np.testing.assert_array_equal(model.apply(model.params, tokens), start.apply(start.params, tokens))


def test_a_method_that_is_none_is_refused(start):
    with pytest.raises(ValueError, match="method is 'rank one'; expected 'all', 'layers' or a rank such as 'rank 4'"):
        coordinates.in_method(start, "rank one", jax.random.key(1))


def test_students_move_what_their_method_says(start):
    paths = {
        method: moved(coordinates.students_of(Cell(method, "adam", 1e-2), start, {"it": DATA}, 32, 0)["it"], start)
        for method in METHODS
    }
    layers = {name for name in leaves_by_path(start.params) if name.startswith("layers/")}
    assert paths["rank 2"] == {name for name in layers if name.endswith("/kernel")}
    assert paths["layers"] == layers
    assert paths["all"] > layers


@pytest.mark.parametrize(("optimiser", "rate"), [("adam", 3e-3), ("sgd", 0.1)])
def test_students_of_the_layers_are_those_of_the_protocol(start, optimiser, rate):
    protocol = replace(TINY, student=Recipe(rate, 32, 1, optimiser, lab.INNER))
    one = lab.student(protocol, start, DATA, 0)
    other = coordinates.students_of(Cell("layers", optimiser, rate), start, {"it": DATA}, 32, 0)["it"]
    for a, b in zip(jax.tree.leaves(one.params), jax.tree.leaves(other.params), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_the_first_step_of_an_adapter_is_a_times_its_transpose_times_the_gradient(start):
    """B ↦ A B: gradient descent steps along A Aᵀg, the first step of Adam along A sign(Aᵀg), and A rests."""
    model = coordinates.in_method(start, "rank 2", jax.random.key(1))
    g = first_steps.likelihood_gradient(start, DATA)
    gradients = leaves_by_path(g)
    for optimiser in ("sgd", "adam"):
        step = leaves_by_path(first_steps.step_along(model, g, optimiser))
        for name, leaf in step.items():
            if name not in model.params:
                np.testing.assert_array_equal(leaf, 0)
                continue
            A = model.params[name]["A"]
            u = jnp.swapaxes(A, -1, -2) @ gradients[name]
            np.testing.assert_allclose(leaf, A @ (u if optimiser == "sgd" else jnp.sign(u)), rtol=1e-4, atol=1e-5)


def test_over_draws_of_the_adapter_the_step_is_the_gradient(start):
    """The mean of A Aᵀ over draws is r / n: the theorem's sign holds for the mean adapter, not for every one."""
    g = first_steps.likelihood_gradient(start, DATA)
    name = "layers/attention/query/kernel"

    def step(key):
        model = coordinates.in_method(start, "rank 2", key)
        return leaves_by_path(first_steps.step_along(model, g, "sgd"))[name]

    drawn = np.asarray(jax.vmap(step)(jax.random.split(key_for(0, "draws of a test"), 4000)))
    n, gradient = start.config.width, np.asarray(leaves_by_path(g)[name])
    error = drawn.std(axis=0) / 4000**0.5
    assert np.max(np.abs(drawn.mean(axis=0) - 2 / n * gradient) / error) < 5


def test_first_steps_have_all_recipes_and_own_gradients_point_along_themselves(start):
    g = first_steps.likelihood_gradient(start, DATA)
    teacher = start.with_params(jax.tree.map(lambda theta, one: theta + 0.1 * one, start.params, g))
    empty = replace(DATA, tokens=DATA.tokens[::-1].copy(), mask=np.zeros_like(DATA.mask) | (DATA.tokens < 0))
    empty.mask[:, DATA.mask.any(axis=0).argmax()] = True
    found = first_steps.first_steps(start, teacher, DATA, empty, METHODS, 0)
    assert set(found) == {(method, optimiser) for method in METHODS for optimiser in ("adam", "sgd")}
    assert set(found["rank 2", "sgd"]) == {"first step", "positive adapters"}
    assert set(found["all", "sgd"]) == {"first step"}
    assert all(-1 <= values["first step"] <= 1 for values in found.values())


def test_every_method_has_four_rates_of_both_optimisers_and_one_of_them_crosses():
    cells = lm_adapters.cells(lm_adapters.PRESETS["paper"])
    assert len(cells) == len(lm_adapters.METHODS) * 2 * 4
    assert sum(cells.values()) == len(lm_adapters.METHODS) * 2


@pytest.mark.slow
def test_rows_of_every_recipe(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(lm_adapters.PRESETS["quick"], protocol=TINY, methods=METHODS)
    rows = frame(NAME, config)
    rates = rows[rows["metric"] == "target_rate"].pivot_table(
        index=["trait", "method", "optimiser", "rate"], columns="condition", values="value"
    )
    students = rates.drop("none", level="method").dropna(axis=1, how="all")
    assert len(students) == 2 * len(lm_adapters.cells(config))
    same = students[["student_same_init", "student_control", "student_other_traits"]]
    assert same.notna().all(axis=None)
    assert ((same > 0) & (same < 1)).all(axis=None)
    assert students["cross_model"].notna().sum() == 2 * sum(lm_adapters.cells(config).values())
    assert set(rows[rows["metric"] == "along"]["condition"]) == {"student_same_init"}


def by_seed(pairs):
    return pairs.groupby("seed").mean().to_numpy()


def test_neither_adapters_nor_adam_are_needed_in_the_committed_record():
    """At the rate that imitates best, in every reference model; cross-model students of layers are as their control."""
    record = reading.read(NAME)
    change, rates = figure.transfer(record), figure.best_rates(record)
    found = {name: figure.at_rates(change, rates, name) for name in ("adam", "sgd")}
    for table in found.values():
        assert table.shape == (len(lm_adapters.METHODS), 12 * len(TRAITS))
        for method in ("layers", "all"):
            assert in_every_seed(table.loc[method]), method
            assert hypotheses.mean_p_value(by_seed(table.loc[method])) < 0.01
    assert hypotheses.mean_p_value(by_seed((found["adam"] - found["sgd"]).mean())) < 0.05
    cross = figure.transfer(record, "cross_model").xs("layers", level="method")
    for _, pairs in cross.iterrows():
        assert hypotheses.equivalence(by_seed(pairs), lm_adapters.PREREGISTRATION.margin).p_value < 0.01
