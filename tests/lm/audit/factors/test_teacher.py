"""A teacher on disk: a checkpoint's difference, or an adapter in PEFT's layout, never multiplied out (T16)."""

from __future__ import annotations

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from subtheory._tree import cosine, move
from subtheory.lm import load, save
from subtheory.lm.audit.factors.parts import Factors, dense, is_factored, parts_by_path
from subtheory.lm.audit.factors.teacher import displacement
from subtheory.lm.checkpoint.adapters.reading import read_adapter
from subtheory.lm.coordinates.paths import leaves_by_path

from .test_direction import model

# Modules as each family's checkpoint calls them: fused and transposed, of one layer and another, and a head.
MODULES = {
    "gpt2": ("transformer.h.0.attn.c_attn", "transformer.h.2.attn.c_attn", "transformer.h.1.mlp.c_proj"),
    "gpt_neox": ("gpt_neox.layers.1.attention.query_key_value", "gpt_neox.layers.0.mlp.dense_h_to_4h", "embed_out"),
    "llama": ("model.layers.0.self_attn.q_proj", "model.layers.2.self_attn.q_proj", "lm_head"),
}


def write_adapter(folder, modules, sizes, **changes):
    """An adapter of rank 2, 3, … as PEFT writes it; ``(A, B)`` of every module."""
    rng, pairs = np.random.default_rng(5), {}
    for rank, (module, (n, m)) in enumerate(zip(modules, sizes, strict=True), start=2):
        pairs[module] = rng.standard_normal((rank, n)), rng.standard_normal((m, rank))
    folder.mkdir(exist_ok=True)
    tensors = {
        f"base_model.model.{module}.lora_{letter}.weight": x
        for module, pair in pairs.items()
        for letter, x in zip("AB", pair, strict=True)
    }
    save_file(tensors, folder / "adapter_model.safetensors")
    ranks = {module: len(A) for module, (A, _) in pairs.items()}
    raw = {"peft_type": "LORA", "r": 2, "rank_pattern": ranks, "lora_alpha": 6, "bias": "none"}
    raw |= {"target_modules": ["q_proj"], **changes}
    (folder / "adapter_config.json").write_text(json.dumps(raw))
    return pairs


def merged(lm, folder, pairs, scale):
    """The slow way: the tensors of a checkpoint, each with its product added, loaded as a model."""
    path = save(lm, folder) / "model.safetensors"
    tensors = load_file(path)
    for module, (A, B) in pairs.items():
        change = scale(len(A)) * B @ A
        W = tensors[f"{module}.weight"]
        tensors[f"{module}.weight"] = np.ascontiguousarray(W + (change.T if lm.config.family == "gpt2" else change))
    save_file(tensors, path, metadata={"format": "pt"})
    return load(folder, "float64", tokenizer=False)


@pytest.mark.parametrize("family", sorted(MODULES))
def test_an_adapters_factors_are_the_difference_of_the_merged_weights(family, tmp_path):
    lm, names = model(family), MODULES[family]
    held = load_file(save(lm, tmp_path / "model") / "model.safetensors")
    shapes = [held[f"{name}.weight"].shape for name in names]
    rslora = family == "llama"
    pairs = write_adapter(
        tmp_path / "adapter", names, [s if family == "gpt2" else s[::-1] for s in shapes], use_rslora=rslora
    )
    teacher = merged(lm, tmp_path / "merged", pairs, lambda r: 6 / (r**0.5 if rslora else r))
    expected = jax.tree.map(jnp.subtract, teacher.params, lm.params)
    found = displacement(lm, tmp_path / "adapter")
    assert is_factored(found.v)
    assert all(part.A.shape[-1] <= 4 for part in parts_by_path(found.v).values() if isinstance(part, Factors))
    got = dense(found.v, lm.params)
    jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=0, atol=1e-13), got, expected)
    assert sum(bool(np.abs(leaf).max() > 1) for leaf in jax.tree.leaves(got)) >= 2
    whole = displacement(lm, tmp_path / "merged")
    assert found.norm == pytest.approx(whole.norm, rel=1e-12)
    assert (found.rank, whole.rank) == (None, None)  # narrow: the difference of two checkpoints stays dense
    if family == "llama":
        short = displacement(lm, tmp_path / "merged", rank=2)
        assert short.rank == 2
        assert short.cosine == pytest.approx(float(cosine(dense(short.v, lm.params), expected)), rel=1e-12)


@pytest.fixture(scope="module")
def lm():
    return model("llama")


def adapted(folder, **changes):
    write_adapter(folder, MODULES["llama"][:1], [(16, 32)], **changes)
    return folder


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"peft_type": "IA3"}, "is an adapter of kind 'IA3'; expected LORA"),
        ({"use_dora": True}, "has use_dora True; expected False: merge"),
        ({"bias": "all"}, "has bias 'all'; expected 'none'"),
        ({"modules_to_save": ["lm_head"]}, r"has modules_to_save \['lm_head'\]; expected None"),
        ({"lora_alpha": "six"}, "has lora_alpha 'six'; expected a finite number"),
        ({"alpha_pattern": {"(a+)+": 3}}, r"has an alpha_pattern '\(a\+\)\+'; expected plain names"),
    ],
)
def test_other_kinds_of_adapters_are_refused_in_a_sentence(lm, tmp_path, changes, words):
    with pytest.raises(ValueError, match=words):
        displacement(lm, adapted(tmp_path / "adapter", **changes))


@pytest.mark.parametrize(
    ("module", "size", "words"),
    [
        ("model.layers.7.self_attn.q_proj", (16, 32), "no linear map of this model .llama, 3 layers.; expected"),
        ("model.embed_tokens", (16, 32), "adapts 'model.embed_tokens', which is no linear map"),
        ("model.layers.0.self_attn.q_proj", (24, 32), r"expected \[r, 16\] and \[32, r\], as this model has it"),
        ("model.layers.0.self_attn.k_proj", (16, 32), r"expected \[r, 16\] and \[16, r\], as this model has it"),
    ],
)
def test_an_adapter_for_another_model_is_refused_in_a_sentence(lm, tmp_path, module, size, words):
    write_adapter(tmp_path / "adapter", [module], [size])
    with pytest.raises(ValueError, match=words):
        displacement(lm, tmp_path / "adapter")


def test_damaged_adapters_are_refused_in_a_sentence(lm, tmp_path):
    path = adapted(tmp_path / "adapter") / "adapter_model.safetensors"
    tensors = load_file(path)
    down, up = sorted(tensors)
    cases = {
        "one factor of .*q_proj only": {down: tensors[down]},
        "which is no LoRA factor": {**tensors, "base_model.model.lm_head.weight": np.ones(2)},
        "NaN or infinity": {**tensors, up: np.full_like(tensors[up], np.nan)},
    }
    for words, held in cases.items():
        save_file(held, path)
        with pytest.raises(ValueError, match=words):
            read_adapter(path.parent, lm.config)
    path.write_bytes(b"\x10")
    with pytest.raises(ValueError, match="damaged or cut short"):
        read_adapter(path.parent, lm.config)
    path.unlink()
    with pytest.raises(ValueError, match="has no adapter_model.safetensors"):
        read_adapter(path.parent, lm.config)


def test_a_pattern_of_alphas_and_a_pattern_of_parameters(lm, tmp_path):
    plain = displacement(lm, adapted(tmp_path / "one"))
    double = displacement(lm, adapted(tmp_path / "two", alpha_pattern={"q_proj": 12}))
    assert double.norm == pytest.approx(2 * plain.norm, rel=1e-13)
    with pytest.raises(ValueError, match="displacement is 0.0; expected a positive finite number"):
        displacement(lm, tmp_path / "one", ["layers/mlp"])


def test_a_teacher_of_another_shape_is_refused_in_a_sentence(lm, tmp_path):
    other = model("llama", layers=2, width=8)
    with pytest.raises(
        ValueError, match="2 layers of width 8.* and the model .*3 layers of width 16.* different shapes"
    ):
        displacement(lm, save(other, tmp_path / "other"))
    teacher = save(lm.with_params(move(lm.params, 0.5, lm.params)), tmp_path / "teacher")
    v = leaves_by_path(displacement(lm, teacher, ["layers/1"]).v)["layers/mlp/up/kernel"]
    np.testing.assert_allclose(v[1], 0.5 * lm.params["layers"]["mlp"]["up"]["kernel"][1], rtol=1e-12)
    assert not np.any(v[0])
