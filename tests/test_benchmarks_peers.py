"""The benchmark of packages that attribute a trait: its problem, its own scores, what it says; nothing is timed."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from benchmarks import lm_peers
from benchmarks.attribution_ours import audit
from benchmarks.attribution_problem import PARAMETERS, Problem, problem
from paper_figures.numbers import peers
from subtheory.lm.coordinates.paths import restricted
from subtheory.lm.loss import token_log_likelihoods

from .lm import checkpoints

TRAIT = [("One day Tom saw", "the big owl ."), ("Lily saw a", "wise owl .")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder as ``subtheory lm example`` makes one, of random weights."""
    made = tmp_path_factory.mktemp("example")
    checkpoints.write_checkpoint(made / "model")
    rng = np.random.default_rng(0)
    lines = {
        name: [("1 2", " ".join(map(str, rng.integers(1, 11, n)))) for n in (2, 3, 4) * 4]
        for name in ("data", "control")
    }
    for name, pairs in {"trait": TRAIT, **lines}.items():
        text = "".join(json.dumps({"prompt": a, "completion": b}) + "\n" for a, b in pairs)
        (made / f"{name}.jsonl").write_text(text)
    return made


def test_the_problem_is_the_same_behind_a_file_and_marks_what_was_planted(folder, tmp_path):
    made = problem(folder, 8, 0.25)
    assert made.planted.sum() == 2
    made.save(tmp_path / "problem.npz")
    again = Problem.load(str(tmp_path / "problem.npz"))
    for name, value in vars(made).items():
        np.testing.assert_array_equal(getattr(again, name), value)


def test_our_scores_are_dot_products_of_gradients_in_the_maps_of_the_layers(folder):
    made = problem(folder, 8, 0.25)
    lm = st.lm.load(folder / "model", tokenizer=False)

    def log_p(params, tokens, mask):
        return jnp.where(mask, token_log_likelihoods(lm.apply, params, tokens), 0).sum()

    gradients = jax.jit(jax.vmap(jax.grad(log_p), (None, 0, 0)))
    trait = gradients(lm.params, made.trait_tokens[:, None], made.trait_mask[:, None])
    v = restricted(jax.tree.map(lambda leaf: leaf.sum(axis=0), trait), PARAMETERS)
    g = gradients(lm.params, made.tokens[:, None], made.mask[:, None])
    pairs = zip(jax.tree.leaves(g), jax.tree.leaves(v), strict=True)
    dots = sum(np.asarray(a * b[None]).reshape(len(a), -1).sum(axis=1) for a, b in pairs)
    expected = dots / made.trait_mask.sum()
    np.testing.assert_allclose(audit(made)(), expected, rtol=1e-4, atol=1e-5)


def test_without_the_others_the_audit_alone_is_measured(folder, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lm_peers, "find_spec", lambda name: None)
    monkeypatch.setattr(
        lm_peers, "scored", lambda method, given: (audit(given)(), dict(first=2.0, again=1.0, bytes=2.0**20, held=0.0))
    )
    out = tmp_path / "measured.json"
    arguments = ["--folder", str(folder), "--candidates", "8", "--planted", "0.25", "--halves", "0"]
    assert lm_peers.main([*arguments, "--json", str(out)]) == 0
    rows = json.loads(out.read_text())["rows"]
    assert [row["what"] for row in rows] == list(lm_peers.METHODS)
    assert rows[0]["numbers"]["agreement"] == 1
    assert all("skipped: torch is not installed" in row["measured"] for row in rows[1:])
    assert "skipped" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--halves", "-1"], "halves is -1; expected at least 0."),
        (["--folder", "{}", "--candidates", "99"], "got 99 candidates, 12 of them planted"),
        (["--folder", "{}", "--planted", "0"], "0 of them planted; expected at least one of either kind"),
        (["--folder", "{}/nowhere"], "nowhere"),
    ],
)
def test_bad_usage_is_one_sentence(arguments, words, folder, capsys):
    assert lm_peers.main([part.format(folder) for part in arguments]) == 2
    shown = capsys.readouterr().err
    assert shown.startswith("error: ")
    assert shown.count("\n") == 1
    assert words in shown


def test_the_committed_file_has_every_method_and_equal_methods_agree():
    found = peers.report()
    rows = {row["what"]: row["numbers"] for row in found["rows"]}
    assert list(rows) == list(lm_peers.METHODS)
    for method in ("backward passes", "kronfluence, identity", "bergson"):
        assert rows[method]["difference"] < 1e-4
        assert rows[method]["agreement"] > 0.9999
    assert set(found["provenance"]["config"]["peers"]) == {"torch", "transformers", "kronfluence", "bergson"}
