"""Adapters in PEFT's layout: merged as one would by hand, and refused where they belong to another model."""

import json
import math
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import subtheory as st
from subtheory.cli.language_models.models import model_of

from ..checkpoints import write_tokenizer
from ..models import tiny

RANK, ALPHA = 3, 6
MODULES = {
    "llama": {"model.layers.1.self_attn.q_proj": (16, 32), "model.layers.0.mlp.down_proj": (24, 16)},
    "gpt_neox": {"gpt_neox.layers.2.attention.query_key_value": (16, 48), "embed_out": (16, 31)},
    "gpt2": {"transformer.h.0.attn.c_attn": (16, 48), "transformer.h.2.mlp.c_proj": (24, 16)},
}
"""Family → module of a checkpoint → how many numbers go in and come out."""


def write_adapter(folder, modules, seed=0, **said):
    """What PEFT's save_pretrained writes; module → (A [r, in], B [out, r]) beside it."""
    draw = np.random.default_rng(seed)
    factors = {
        module: tuple(draw.normal(size=shape).astype("float32") for shape in ((RANK, n), (m, RANK)))
        for module, (n, m) in modules.items()
    }
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {f"base_model.model.{module}.lora_{k}.weight": pair["AB".index(k)]
               for module, pair in factors.items() for k in "AB"}  # fmt: skip
    save_file(tensors, folder / "adapter_model.safetensors")
    raw = {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA, "base_model_name_or_path": "someone/base", **said}
    (folder / "adapter_config.json").write_text(json.dumps(raw))
    return factors


def merged_by_hand(base, folder, factors, scale, transposed):
    """A copy of a checkpoint's folder with W + s B A in place of W."""
    folder.mkdir()
    for path in base.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    tensors = load_file(base / "model.safetensors")
    for module, (A, B) in factors.items():
        change = scale * (B @ A)
        tensors[f"{module}.weight"] = tensors[f"{module}.weight"] + (change.T if transposed else change)
    save_file(tensors, folder / "model.safetensors")
    return st.lm.load(folder, tokenizer=False)


def agree(got, expected):
    parts = [st.lm.checkpoint.folder.tensors_of(lm.config, lm.params) for lm in (got, expected)]
    assert set(parts[0]) == set(parts[1])
    for name, other in parts[1].items():
        bound = 16 * np.finfo("float32").eps * np.abs(other).max()
        np.testing.assert_allclose(parts[0][name], other, rtol=0, atol=bound)


@pytest.fixture
def base(tmp_path):
    return st.lm.save(tiny("llama", "float32"), tmp_path / "base")


@pytest.mark.parametrize("family", MODULES)
@pytest.mark.parametrize("stabilised", [False, True])
def test_an_adapter_is_merged_as_by_hand(family, stabilised, tmp_path):
    """``fan_in_fan_out`` says that the model's matrix is [in, out], which the family says already."""
    base = st.lm.save(tiny(family, "float32"), tmp_path / "base")
    said = {"use_rslora": stabilised, "fan_in_fan_out": family == "gpt2"}
    factors = write_adapter(tmp_path / "adapter", MODULES[family], **said)
    scale = ALPHA / (math.sqrt(RANK) if stabilised else RANK)
    expected = merged_by_hand(base, tmp_path / "merged", factors, scale, family == "gpt2")
    got = st.lm.load(tmp_path / "adapter", tokenizer=False, base=base)
    agree(got, expected)
    assert "is merged into" in got.notes[-1]
    again = st.lm.load(st.lm.save(got, tmp_path / "saved"), tokenizer=False)
    agree(again, got)


def test_ranks_and_scales_of_single_modules(base, tmp_path):
    modules = MODULES["llama"]
    factors = write_adapter(
        tmp_path / "adapter", modules, r=8, rank_pattern={"q_proj": RANK, "mlp.down_proj": RANK},
        alpha_pattern={"q_proj": 1.5},
    )  # fmt: skip
    first = {"model.layers.1.self_attn.q_proj": factors.pop("model.layers.1.self_attn.q_proj")}
    merged_by_hand(base, tmp_path / "first", first, 1.5 / RANK, False)
    expected = merged_by_hand(tmp_path / "first", tmp_path / "both", factors, ALPHA / RANK, False)
    agree(st.lm.load(tmp_path / "adapter", tokenizer=False, base=base), expected)


def test_the_base_is_the_folder_that_the_adapter_names_and_its_tokenizer_counts(base, tmp_path):
    write_tokenizer(base)
    write_adapter(tmp_path / "near", MODULES["llama"], base_model_name_or_path="../base")
    near = st.lm.load(tmp_path / "near")
    assert near.tokenizer.chat_template is not None
    write_tokenizer(tmp_path / "near")
    (tmp_path / "near" / "tokenizer_config.json").write_text("{}")
    assert st.lm.load(tmp_path / "near").tokenizer.chat_template is None
    write_adapter(tmp_path / "far", MODULES["llama"], base_model_name_or_path=str(base))
    agree(st.lm.load(tmp_path / "far", tokenizer=False), near)


def test_commands_find_the_base(base, tmp_path):
    write_tokenizer(base)
    write_adapter(tmp_path / "adapter", MODULES["llama"])
    options = SimpleNamespace(checkpoint=tmp_path / "adapter", base=base, dtype="float32", teacher=None)
    one = model_of(options)
    options = SimpleNamespace(checkpoint=base, base=None, dtype="float32", teacher=tmp_path / "adapter")
    agree(model_of(options, options.teacher), one)  # a teacher's adapter changes the checkpoint
    with pytest.raises(ValueError, match="is no adapter; expected no --base, or an adapter"):
        model_of(SimpleNamespace(checkpoint=base, base=base, dtype="float32"))


FACTOR = "base_model.model.model.layers.1.self_attn.q_proj.lora_{}.weight"
REFUSED = {
    "no base": ({}, {}, None, "for the model 'someone/base', which is no folder here; expected that model as base="),
    "another kind": ({"peft_type": "IA3"}, {}, "base", "is an adapter of kind 'IA3'; expected LORA"),
    "DoRA": ({"use_dora": True}, {}, "base", "has use_dora True; expected False"),
    "biases": ({"bias": "all"}, {}, "base", "has bias 'all'; expected 'none'"),
    "modules": ({"modules_to_save": ["lm_head"]}, {}, "base", "has modules_to_save"),
    "PiSSA": ({"init_lora_weights": "pissa_niter_4"}, {}, "base", "which changes the model's own weights as well"),
    "alpha": ({"lora_alpha": "16"}, {}, "base", "has lora_alpha '16'; expected a finite number"),
    "rank": ({"r": 4}, {}, "base", "by factors of rank 3 but says 4 in adapter_config.json"),
    "pattern": ({"alpha_pattern": {"q.*": 2}}, {}, "base", "has an alpha_pattern 'q.*'; expected plain names"),
    "one factor": ({}, {FACTOR.format("A"): None}, "base", "holds one factor of model.layers.1.self_attn.q_proj only"),
    "NaN": ({}, {FACTOR.format("A"): np.full((3, 16), np.nan, "float32")}, "base", "holds NaN or infinity"),
    "another shape": ({}, {FACTOR.format("A"): np.ones((3, 18), "float32")}, "base", "is it an adapter for another"),
    "another tensor": ({}, {"base_model.model.score.weight": np.ones((3, 18), "float32")}, "base", "no LoRA factor"),
    "another layer": (
        {}, {FACTOR.format(k).replace("layers.1", "layers.9"): np.ones((3, 3), "float32") for k in "AB"}, "base",
        "adapts 'model.layers.9.self_attn.q_proj', which is no linear map of this model (llama, 3 layers)",
    ),
    "an adapter of an adapter": ({}, {}, "adapter", "is an adapter itself; expected a whole model"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_adapter_is_refused_in_a_sentence(case, base, tmp_path):
    said, changes, where, words = REFUSED[case]
    write_adapter(tmp_path / "adapter", MODULES["llama"], **said)
    path = tmp_path / "adapter" / "adapter_model.safetensors"
    tensors = load_file(path) | changes
    save_file({name: array for name, array in tensors.items() if array is not None}, path)
    with pytest.raises(ValueError, match="(?s)^[^\n]*$") as caught:
        st.lm.load(tmp_path / "adapter", tokenizer=False, base=None if where is None else tmp_path / where)
    assert words in str(caught.value)


def test_pickled_factors_and_a_base_for_a_whole_model_are_refused(base, tmp_path):
    write_adapter(tmp_path / "adapter", MODULES["llama"])
    (tmp_path / "adapter" / "adapter_model.safetensors").rename(tmp_path / "adapter" / "adapter_model.bin")
    with pytest.raises(ValueError, match=r"has no adapter_model.safetensors; .*pickled files are refused"):
        st.lm.load(tmp_path / "adapter", tokenizer=False, base=base)
    with pytest.raises(ValueError, match="is no adapter but got the base"):
        st.lm.load(base, tokenizer=False, base=base)
