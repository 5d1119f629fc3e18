"""LoRA and subsets of parameters as coordinates: what they compute, what they refuse, and the theorem in them (T13)."""

from __future__ import annotations

import dataclasses
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load_file

import subtheory as st
from subtheory._tree import inner, move, random_like
from subtheory.lm.coordinates.groups import inner_shares
from subtheory.lm.coordinates.paths import leaves_by_path, restricted, selected, with_leaves
from subtheory.simulation.student import distilled_update
from subtheory.theory.lemma import alignment_slope

from ...tolerances import binomial_range, exact
from ..models import tiny

TOKENS = jnp.asarray(np.random.default_rng(0).integers(0, 31, (2, 7)), jnp.int32)
QUERY = "layers/attention/query/kernel"


def adapted(lm, patterns, rank=2, seed=3, alpha=None):
    return st.lm.lora(lm, patterns, rank, alpha, key=jax.random.key(seed))


def somewhere(lm, seed=7):
    """The same coordinates at a random point, away from B = 0."""
    return lm.with_params(move(lm.params, 0.3, random_like(jax.random.key(seed), lm.params)))


def jitted(lm):
    return jax.jit(lm.apply)(lm.params, TOKENS)


@pytest.mark.parametrize("family", ["gpt_neox", "gemma3_text"])  # an untied head; a tied one
def test_adapters_compute_what_merged_weights_compute(family):
    lm = tiny(family, scan=True)
    begun = adapted(lm, ["*/kernel", "embedding/tokens"], alpha=6.0)
    assert ("head/kernel" in begun.params) != lm.config.tied
    exact(jitted(begun), jitted(lm))
    low = somewhere(begun)
    whole = st.lm.merged(low)
    assert jax.tree.structure(whole.params) == jax.tree.structure(lm.params)
    exact(jitted(low), jitted(whole), size=10)
    assert float(jnp.abs(jitted(low) - jitted(lm)).max()) > 0.1
    before, after = leaves_by_path(lm.params), leaves_by_path(whole.params)
    for name, leaf in before.items():
        if name in low.params:
            pair = low.params[name]
            exact(after[name], leaf + 3.0 * pair["A"] @ pair["B"])  # alpha / rank = 3
        else:
            assert after[name] is leaf


def test_adapters_of_some_layers_leave_the_others():
    lm = tiny("gpt2", scan=True)
    low = somewhere(adapted(lm, ["layers/2/mlp", "layers/0/attention/query", "layers/attention/value"]))
    assert sorted(low.params) == [
        "layers/0/attention/query/kernel",
        "layers/2/mlp/down/kernel",
        "layers/2/mlp/up/kernel",
        "layers/attention/value/kernel",
    ]
    whole = st.lm.merged(low)
    exact(jitted(low), jitted(whole), size=10)
    before, after = leaves_by_path(lm.params), leaves_by_path(whole.params)
    changed = {
        (name, layer)
        for name in before
        if name.startswith("layers")
        for layer in range(3)
        if not np.array_equal(before[name][layer], after[name][layer])
    }
    value = {("layers/attention/value/kernel", layer) for layer in range(3)}
    assert changed == {(QUERY, 0), ("layers/mlp/down/kernel", 2), ("layers/mlp/up/kernel", 2)} | value
    # a matrix's draw does not depend on which others, or which of its layers, are adapted
    alone, all_layers = adapted(lm, "layers/2/mlp/up"), adapted(lm, "layers/mlp/up")
    np.testing.assert_array_equal(
        alone.params["layers/2/mlp/up/kernel"]["A"], all_layers.params["layers/mlp/up/kernel"]["A"][2]
    )


def test_gpt2s_orientation_survives_saving_and_loading(tmp_path):
    """In the file GPT-2's c_attn is [in, 3·out]; Llama's q_proj is [out, in]: A B is put in the right way round."""
    for family, tensor, columns in (
        ("gpt2", "transformer.h.1.attn.c_attn.weight", True),
        ("llama", "model.layers.1.self_attn.q_proj.weight", False),
    ):
        lm = tiny(family, "float32", scan=True)
        low = somewhere(adapted(lm, "layers/attention/query"))
        for name, model in (("before", lm), ("after", low)):  # what moved is merged when it is saved
            st.lm.save(model, tmp_path / family / name)
        loaded = st.lm.load(tmp_path / family / "after", tokenizer=False, scan=True)
        assert not hasattr(loaded.apply, "frozen")
        exact(jitted(low), jitted(loaded), size=10)
        old, new = (load_file(tmp_path / family / name / "model.safetensors")[tensor] for name in ("before", "after"))
        pair = low.params[QUERY]
        delta = pair["A"][1] @ pair["B"][1]
        n, m = delta.shape
        got = (new - old)[:, :m] if columns else (new - old).T
        exact(jnp.asarray(got), delta, size=10, scale=float(np.abs(new).max()))
        x = jax.random.normal(jax.random.key(5), (n,), jnp.float32)
        exact(x @ jnp.asarray(got), (x @ pair["A"][1]) @ pair["B"][1], size=10, scale=float(np.abs(new).max() * n))
        if columns:
            np.testing.assert_array_equal(new[:, m:], old[:, m:])


@pytest.mark.parametrize("family", ["gpt2", "gemma2"])
def test_at_b_zero_the_gradient_of_a_is_exactly_zero(family):
    low = adapted(tiny(family, scan=True), ["*/kernel", "embedding/tokens"])

    @jax.jit
    def gradient(params):
        return jax.grad(lambda theta: st.lm.next_token_loss(low.apply, theta, TOKENS))(params)

    for name, leaf in leaves_by_path(gradient(low.params)).items():
        assert np.all(np.asarray(leaf) == 0) == name.endswith("/A"), name
    away = leaves_by_path(gradient(somewhere(low).params))  # the control: away from B = 0 both have gradients
    assert all(np.any(np.asarray(leaf) != 0) for leaf in away.values())


def one_step(lm, v, student, epsilon):
    """(φ, predicted slope A) of one student step in a model's coordinates, from ``student``."""
    setting = st.Setting(apply=lm.apply, teacher_init=lm.params, student_init=student, teacher_update=v, inputs=TOKENS)
    return inner(distilled_update(setting, epsilon), v), alignment_slope(setting, v)


def test_the_lemma_holds_in_adapters_that_both_share():
    """The sign never fails from one A; with another A in the student, on the same weights, it is a coin."""
    lm = tiny("gpt2", scan=True, layers=1)
    low = adapted(lm, "layers/*/kernel")
    count, epsilon = 60, 1e-4

    @partial(jax.jit, static_argnums=0)
    def steps(shared, keys):
        def one(key):
            v = random_like(jax.random.fold_in(key, 0), low.params)
            other = random_like(jax.random.fold_in(key, 1), low.params)
            start = {k: {"A": pair["A"], "B": low.params[k]["B"]} for k, pair in other.items()}
            return one_step(low, v, low.params if shared else start, epsilon)

        return jax.lax.map(one, keys)

    keys = jax.random.split(jax.random.key(11), count)
    phi, slope = steps(True, keys)
    assert np.all(np.asarray(phi) > 0)
    assert np.all(np.asarray(slope) > 0)
    assert np.abs(phi / epsilon / slope - 1).max() < 0.05
    positive = int(np.sum(np.asarray(steps(False, keys)[0]) > 0))
    least, most = binomial_range(count, 0.5)
    assert least <= positive <= most


@pytest.mark.parametrize("coordinates", ["adapters", "subset"])
def test_the_trait_loss_falls_in_restricted_coordinates(coordinates):
    lm = tiny("llama", scan=True)
    if coordinates == "adapters":
        low = adapted(lm, "layers/attention")
    else:
        low = st.lm.subset(lm, ["layers/1/mlp", "final_norm"])
    trait = jnp.asarray(np.random.default_rng(1).integers(0, 31, (2, 6)), jnp.int32)
    setting = st.Setting(
        apply=low.apply,
        teacher_init=low.params,
        student_init=low.params,
        trait_loss=lambda theta: st.lm.next_token_loss(low.apply, theta, trait),
        inputs=TOKENS,
    )
    report = st.verify_step(setting, 1e-4, 1e-3)
    assert report.inner_product > 0
    assert report.trait_loss_change < 0
    assert abs(report.inner_product / report.predicted_inner_product - 1) < 0.01


def test_a_subset_moves_what_it_names_and_nothing_else():
    lm = tiny("qwen2", scan=True)
    low = st.lm.subset(lm, ["layers/0/mlp", "layers/*/bias", "final_norm"])
    assert low.params["layers/0/mlp/up/kernel"].shape == (16, 24)
    assert low.params["layers/attention/query/bias"].shape == (3, 16)
    exact(jitted(low), jitted(lm))
    gradient = jax.jit(jax.grad(lambda theta: st.lm.next_token_loss(low.apply, theta, TOKENS)))(low.params)
    whole = jax.jit(jax.grad(lambda theta: st.lm.next_token_loss(lm.apply, theta, TOKENS)))(lm.params)
    everywhere = leaves_by_path(whole)
    for name, leaf in gradient.items():
        stacked = name.replace("layers/0/", "layers/")
        exact(leaf, everywhere[stacked][0] if stacked != name else everywhere[name], size=10)
    moved = leaves_by_path(st.lm.merged(low.with_params(move(low.params, 1.0, gradient))).params)
    for name, leaf in leaves_by_path(lm.params).items():
        if name in gradient:
            exact(moved[name], leaf + gradient[name])
        elif name.startswith("layers/mlp/"):
            exact(moved[name][0], leaf[0] + gradient[name.replace("layers/", "layers/0/")])
            np.testing.assert_array_equal(moved[name][1:], leaf[1:])
        else:
            assert moved[name] is leaf


def test_what_is_generated_is_that_of_the_merged_model():
    low = somewhere(adapted(tiny("mistral", scan=True), "layers/attention"))
    got, expected = (st.lm.generate(one, [[1, 2, 3]], 5, temperature=0) for one in (low, st.lm.merged(low)))
    np.testing.assert_array_equal(got.tokens[0], expected.tokens[0])


def test_patterns_mean_the_same_in_fewer_coordinates():
    """``layers/2`` and ``layers/mlp`` find one layer's part of a subset as they find it in the stacked parameters."""
    low = st.lm.subset(tiny("gpt2"), ["layers/2/mlp/up", "layers/1/attention", "layers/mlp/down", "final_norm"])
    paths = leaves_by_path(low.params)
    mlp = {"layers/2/mlp/up/bias", "layers/2/mlp/up/kernel", "layers/mlp/down/bias", "layers/mlp/down/kernel"}
    assert {path for path, layer in selected(paths, "layers/mlp")} == mlp
    chosen = set(selected(paths, "layers/2"))
    assert chosen == {(path, 2 if "down" in path else None) for path in mlp}
    kept = restricted(low.params, "layers/2/mlp/down")["layers/mlp/down/kernel"]
    np.testing.assert_array_equal(kept[2], low.params["layers/mlp/down/kernel"][2])
    assert not np.any(kept[:2])


def test_patterns_and_ranks_that_cannot_be_meant_are_refused():
    lm = tiny("gpt2")
    with pytest.raises(ValueError, match="matches 'layers/atention/query': did you mean 'layers/attention/query"):
        adapted(lm, ["layers/mlp", "layers/atention/query"])
    with pytest.raises(ValueError, match="no parameter that could be meant matches 'layers/7/mlp'"):
        st.lm.subset(lm, "layers/7/mlp")
    with pytest.raises(ValueError, match="no parameter that could be meant matches 'final_norm'"):
        adapted(lm, "final_norm")  # a parameter, but no linear map
    with pytest.raises(ValueError, match="got no pattern; expected at least one"):
        st.lm.subset(lm, [])
    for rank in (0, 2.0, True):
        with pytest.raises(ValueError, match=f"rank is {rank}; expected a whole number, at least 1"):
            adapted(lm, "layers/mlp", rank)
    with pytest.raises(ValueError, match="rank is 17 for layers/mlp/down/kernel, a map from 24 to 16; .* at most 16"):
        adapted(lm, "layers/mlp/down", 17)
    with pytest.raises(ValueError, match="alpha is -1.0; expected a positive finite number"):
        adapted(lm, "layers/mlp", alpha=-1.0)
    with pytest.raises(ValueError, match="moves in coordinates already; .* pass st.lm.merged"):
        st.lm.subset(adapted(lm, "layers/mlp"), "head")


def test_two_models_in_coordinates_are_never_taken_for_one_another():
    lm = tiny("gpt2", scan=True)
    one, other = st.lm.subset(lm, "final_norm"), st.lm.subset(tiny("gpt2", seed=9, scan=True), "final_norm")
    assert one.apply != other.apply
    assert one.apply == one.with_params(other.params).apply
    assert float(jnp.abs(jitted(one) - jax.jit(other.apply)(one.params, TOKENS)).max()) > 0.1
    assert dataclasses.replace(one.apply) != one.apply
    assert with_leaves({"a": {"b": 1}}, {"a/c": 2}) == {"a": {"b": 1, "c": 2}}


def test_shares_of_an_inner_product_name_the_layer():
    low = st.lm.subset(tiny("gpt2"), ["layers/2/mlp/up", "layers/attention", "final_norm"])
    shares = inner_shares(low.params, low.params)
    attention = {(layer, "attention") for layer in range(3)}
    assert {(one.layer, one.group) for one in shares} == {(2, "mlp"), (None, "final_norm")} | attention
    exact(np.array([sum(one.value for one in shares)]), np.array([float(inner(low.params, low.params))]), size=10)
