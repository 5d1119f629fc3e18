"""The benchmarks run, on a tiny network: what they compare agrees, and what they report is whole. Nothing is timed."""

import json
import sys

import jax
import numpy as np
import pytest
from numpy.testing import assert_allclose

from benchmarks import aux_logits, comparisons, measure, problem, theorem
from benchmarks.aux_worker import OURS
from benchmarks.peak import Memory, extra_memory
from subtheory import _extras

TINY = (12, 8, 8, 13)


def test_programs_that_are_compared_compute_the_same():
    task = problem.Problem(16, "float64", chunk=4, widths=TINY)
    given = task.arguments()
    shares = {
        name: np.asarray(task.compile(name, given)(given))
        for name in problem.PROGRAMS
        if "JVP" in name or "vmap" in name
    }
    assert len(shares) == 4
    for name, values in shares.items():
        assert values.shape == (16,), name
        assert_allclose(values, shares[problem.JVP], rtol=0, atol=1e3 * np.finfo(float).eps * np.abs(values).max())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_products_and_gradients_keep_their_precision(dtype):
    task = problem.Problem(8, dtype, widths=TINY)
    given = task.arguments()
    for name in (problem.GRADIENT, problem.GAUSS_NEWTON):
        leaves = jax.tree.leaves(task.compile(name, given)(given))
        assert [leaf.dtype for leaf in leaves] == [np.dtype(dtype)] * 6


def test_programs_take_turns_and_ratios_are_of_one_round():
    order = []
    seconds = measure.seconds_in_turn({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 2)
    assert order == ["a", "b"] * 3
    assert {name: len(values) for name, values in seconds.items()} == {"a": 2, "b": 2}
    quotient = measure.ratio({"a": [2.0, 9.0, 4.0], "b": [1.0, 3.0, 4.0]}, "a", "b")
    assert quotient == measure.Summary(median=2.0, least=1.0, most=3.0)
    assert str(quotient) == "2 (1 to 3)"


def test_a_process_is_charged_for_its_own_memory_only():
    ballast = np.ones(64 * measure.MIB // 8)
    small = measure.run_process([sys.executable, "-I", "-S", "-c", "print('done'); raise SystemExit(3)"])
    assert (small.exit_code, small.output) == (3, "done\n")
    assert small.peak < ballast.nbytes
    large = measure.run_process([sys.executable, "-I", "-S", "-c", f"bytearray({ballast.nbytes})"])
    assert large.peak > ballast.nbytes


def test_memory_is_that_of_one_call():
    task = problem.Problem(2048, chunk=32, widths=TINY)
    memory = extra_memory(task, problem.GRADIENTS)
    assert memory.temporary > 0
    assert memory.resident >= 0


def test_a_table_and_a_record(tmp_path, capsys, monkeypatch):
    measured = {problem.JVP: Memory(1, 2), problem.GRADIENTS: Memory(20, 10)}
    monkeypatch.setattr(comparisons, "extra_memory", lambda task, name: measured.get(name, Memory(0, 0)))
    out = tmp_path / "new" / "measured.json"
    arguments = ["--rounds", "1", "--inputs", "32", "--chunk", "8", "--skip-verify", "--json", str(out)]
    assert theorem.main(arguments, TINY) == 0
    record = json.loads(out.read_text())
    whats = [row["what"] for row in record["rows"]]
    assert len(whats) == len(set(whats)) == 9
    assert all(row["asked"] and row["met"] in (True, False) for row in record["rows"])
    memory = {
        row["what"]: (row["measured"][:5], row["met"]) for row in record["rows"] if "all at once, N = 32" in row["what"]
    }
    assert memory.pop("extra memory (temporary) of one JVP over vmap(grad), all at once, N = 32") == ("0.050", True)
    assert memory.pop("extra memory (resident) of one JVP over vmap(grad), all at once, N = 32") == ("0.200", False)
    assert record["provenance"]["config"]["rounds"] == 1
    assert "Speed and memory" in capsys.readouterr().out


def test_verify_that_cannot_be_imported_is_skipped_in_words(monkeypatch):
    monkeypatch.setattr(comparisons.importlib.util, "find_spec", lambda name: None)
    (row,) = comparisons.verify_rows()
    assert row.met is None
    assert row.measured == "skipped: subtheory.cli cannot be imported here"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--rounds", "0"], "got 0 rounds; expected at least one."),
        (["--chunk", "7"], "got chunks of 7 for 8192 inputs; expected a divisor."),
        (["--inputs", "0"], "the numbers of inputs are (0,); expected at least one, all 1 or more."),
        (["--json", "."], "'.' is a folder; expected a file for --json."),
    ],
)
def test_bad_usage_is_one_sentence(arguments, text, capsys):
    assert theorem.main(arguments) == 2
    assert capsys.readouterr().err == f"error: {text}\n"


def test_help_says_what_is_measured(capsys):
    with pytest.raises(SystemExit) as left:
        theorem.main(["--help"])
    assert left.value.code == 0
    assert "784-256-256-13" in capsys.readouterr().out


def _answers(wall, count=1):
    result = [dict.fromkeys(aux_logits.CONDITIONS, 0.5)] * count
    most = {"wall": 2e9, "processor": 1e9}
    return {"wall": wall, "processor": 2 * wall, "count": count, "peak": 10**9, "result": result, "most": most}


def test_the_peer_is_the_fastest_form_and_the_first_round_does_not_count():
    rounds = {
        OURS: [_answers(9.0), _answers(1.0), _answers(1.0)],
        "one network": [_answers(1.0), _answers(4.0), _answers(4.0)],
        "all seeds": [_answers(1.0), _answers(6.0, count=2)],
    }
    assert aux_logits.fastest_peer(rounds) == "all seeds"
    by_processor, by_wall, *_ = aux_logits.time_rows(rounds)
    assert by_processor.numbers == by_wall.numbers == {"ratio": 3.0}
    assert by_wall.met is True
    assert len(aux_logits.memory_rows(rounds, 2)) == 3
    assert [row.measured for row in aux_logits.accuracy_rows(rounds)] == [
        "ours 0.500 (0.500 to 0.500), PyTorch 0.500 (0.500 to 0.500)"
    ] * 6


def test_operations_are_the_multiplications_and_additions_of_every_product():
    class Protocol:
        teacher_epochs, student_epochs, noise = 2, 3, 5

    forward = 2 * (4 * 3 + 3 * 2)
    backward = 2 * (4 * 3 + 3 * 2) + 2 * (3 * 2)  # every weight, and every input but the images
    expected = (forward + backward) * (7 * 2 + 4 * 5 * 3) + forward * (5 + 6 * 11)
    assert aux_logits.operations((4, 3, 2), Protocol, images=7, tests=11) == expected


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--data", "digits", "--seeds", "0"], "got 0 seeds, 0 cores and 3 forms; expected at least one seed"),
        (["--data", "digits", "--forms", "all seed"], "unknown form 'all seed': did you mean 'all seeds'?"),
        (["--data", "mnits"], "unknown data set 'mnits': did you mean 'mnist'?"),
        ([], "expected --data-dir, the folder of MNIST's four idx files, with --data mnist and only there."),
    ],
)
def test_bad_usage_of_the_training_benchmark(arguments, text, capsys):
    assert aux_logits.main(arguments) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: {text}")
    assert error.count("\n") == 1


def test_without_pytorch_it_says_so(monkeypatch, capsys):
    monkeypatch.setattr(_extras, "find_spec", lambda name: None)
    assert aux_logits.main(["--data", "digits"]) == 2
    assert capsys.readouterr().err.startswith("error: the comparison needs torch, which this environment lacks; ")
