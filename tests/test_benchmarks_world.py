"""The benchmark of the miniature language models runs on a few sequences, and counts rightly. Nothing is timed."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from benchmarks import world as benchmark
from benchmarks.products import Product, alone, products_of
from benchmarks.world_programs import Programs

from .tolerances import exact


def test_products_are_found_at_their_shapes_inside_compiled_functions():
    def function(x, W, U):
        return jnp.sum(jnp.tanh(jax.jit(jnp.matmul)(x, W)) @ U)

    x, W, U = (jnp.ones(shape) for shape in ((5, 2), (2, 3), (3, 7)))
    forward = products_of(function, x, W, U)
    assert [(product.left, product.right) for product in forward] == [((5, 2), (2, 3)), ((5, 3), (3, 7))]
    assert [product.operations for product in forward] == [2 * 5 * 2 * 3, 2 * 5 * 3 * 7]
    both = products_of(jax.grad(function, argnums=(1, 2)), x, W, U)  # and for W, for U, for what tanh is of
    assert sum(product.operations for product in both) == 2 * 2 * 5 * 2 * 3 + 3 * 2 * 5 * 3 * 7
    batched = Product((4, 5, 2), (4, 2, 3), (((2,), (1,)), ((0,), (0,))))
    assert batched.operations == 4 * 2 * 5 * 2 * 3


def test_products_alone_are_all_taken_in_every_round():
    products = [Product((2, 3), (3, 4), (((1,), (0,)), ((), ()))), Product((5, 6), (6, 2), (((1,), (0,)), ((), ())))]
    rng = np.random.default_rng(0)
    one = sum(
        float((rng.standard_normal(p.left).astype("f4") @ rng.standard_normal(p.right).astype("f4"))[0, 0])
        for p in products
    )
    np.testing.assert_allclose(alone(products, 3)(), 3 * one, rtol=1e-5)


def test_what_a_step_multiplies_is_that_of_its_layers_and_of_the_head_on_answers():
    programs = Programs.of("tiny", 32)
    config, T = programs.model.config, programs.answers.tokens.shape[1] - 1
    first = int(np.argmax(programs.answers.mask.any(axis=0)))
    rows, weights = 32 * T, 4 * config.width**2 + 3 * config.width * config.mlp_width
    head = 2 * 2 * 32 * (T + 1 - first) * config.width * config.vocabulary  # forward and for inputs: its weights rest
    attention = sum(product.operations for product in programs.products() if len(product.left) == 4)
    rest = sum(product.operations for product in programs.products()) - attention
    assert rest == 3 * 2 * rows * weights + head
    assert set(programs.moving()) == {name for name in programs.moving() if name.startswith("layers/")}


def test_the_gradient_in_what_moves_is_a_part_of_the_whole_one():
    programs = Programs.of("tiny", 16)
    moving = programs.moving()
    params, minibatch = programs.model.params, programs.minibatch
    part = jax.grad(programs.loss)(moving, params, minibatch)
    whole = jax.grad(programs.loss)({**moving, "head/kernel": params["head"]["kernel"]}, params, minibatch)
    assert float(jnp.abs(whole.pop("head/kernel")).max()) > 0
    for name, slope in part.items():
        exact(slope, whole[name], size=1e4)


def test_a_record(tmp_path, capsys):
    out = tmp_path / "measured.json"
    assert benchmark.main(["--size", "tiny", "--sequences", "24", "--rounds", "1", "--json", str(out)]) == 0
    record = json.loads(out.read_text())
    assert [row["met"] is None for row in record["rows"]] == [False, False, True, True, True]
    assert record["provenance"]["config"]["size"] == ["tiny"]
    assert "Miniature language models" in capsys.readouterr().out


def test_ratios_are_of_one_round_and_shares_add_up():
    seconds = {
        "epoch": [4.0, 4.0, 8.0], "products": [1.0, 3.0, 6.0], "sampling": [6.0, 3.0, 9.0],
        "forward": [1.0] * 3, "gradients": [3.0] * 3, "square": [1.0] * 3,
    }  # fmt: skip
    share, slower, step, rates, parts = benchmark.rows_of("tiny", 10, seconds, 2e9, 2)
    assert (share.measured, share.met) == ("0.75 (0.25 to 0.75)", True)
    assert (slower.measured, slower.met) == ("× 1.12 (0.75 to 1.5)", False)
    assert step.measured == "2e+03 (2e+03 to 4e+03) ms"
    assert rates.numbers["epoch"] == 1.0
    assert parts.numbers == {"forward": 0.25, "backward": 0.5, "rest": 0.25}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--size", "tniy"], "unknown size 'tniy': did you mean 'tiny'?"),
        (["--rounds", "0"], "rounds is 0; expected at least 1."),
        (["--sequences", "0"], "sequences is 0; expected at least 1."),
    ],
)
def test_bad_usage_is_one_sentence(arguments, words, capsys):
    assert benchmark.main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert words in shown
