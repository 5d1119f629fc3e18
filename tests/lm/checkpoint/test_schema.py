"""config.json from strangers: one schema with ranges, and what of it is accepted though it is written otherwise."""

import json
import re
import time

import jax
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import subtheory as st
from subtheory.lm.checkpoint.families import read_config

from ..checkpoints import write_checkpoint

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"


@pytest.fixture
def folder(tmp_path):
    return write_checkpoint(tmp_path / "checkpoint")


def change_config(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def rename(folder, new):
    save_file({new(name): array for name, array in load_file(folder / WEIGHTS).items()}, folder / WEIGHTS)


REFUSED = {
    "num_hidden_layers": (10**7, 10**30, 0, -1, 2.0, 2.5, True, "2", [2], {"a": 2}),
    "hidden_size": (10**9, 1.5, None),
    "vocab_size": (0, 10**12, "many"),
    "rms_norm_eps": ("1e-6", -1e-6, 2.0, [], True, 10**400),
    "rope_theta": ("1e4", 0, -1.0, {}),
    "rope_scaling": ([], "linear", 3, {"type": 3}, {"type": "linear", "factor": "2"}, {"type": "linear", "factor": 0}),
    "rope_parameters": ([], {"rope_type": []}, {"rope_theta": True}, {"full_attention": [1]}),
    "head_dim": (0, "8", 8.0, -8),
    "eos_token_id": ("2", [2, "3"], 2.0, -2, 2**31, [[2]], {"a": 1}, [1] * 2000),
    "bos_token_id": ([1], "1", 10**30),
    "tie_word_embeddings": (1, "yes", []),
    "hidden_act": (3, ["silu"], "s" * 1000),
    "sliding_window_pattern": (0, "6"),
    "layer_types": ("full", [1], {}),
    "max_position_embeddings": (2**31, 0),
}


@pytest.mark.parametrize("key", REFUSED)
def test_wrong_types_and_ranges_are_named_at_once(key, folder):
    raw = json.loads((folder / "config.json").read_text())
    if key in ("rope_theta", "rope_scaling"):
        raw.pop("rope_parameters")
    for value in REFUSED[key]:
        began = time.perf_counter()
        with pytest.raises(ValueError, match=rf"^(config.json has no )?{key}\b.*expected") as caught:
            read_config({**raw, key: value})
        assert time.perf_counter() - began < 1
        assert len(str(caught.value)) < 300
        assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (dict(num_attention_heads=3, head_dim=None), "has 3 heads, which do not divide the width 16; expected"),
        (dict(num_hidden_layers=9999), "lacks layers.2."),
        (dict(vocab_size=60), "of shape [40, 16]; expected [60, 16]"),
        (dict(quantization_config={"quant_method": "gptq"}), "quantised ('gptq'); expected plain weights"),
        (
            dict(rope_parameters=dict(rope_type="llama3", factor=2.0, low_freq_factor=4.0, high_freq_factor=4.0,
                                      original_max_position_embeddings=16)),
            "low_freq_factor 4.0 and high_freq_factor 4.0; expected the low one below",
        ),
        (dict(model_type="gemma3"), "has the text_config None; expected an object"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused_before_anything_is_allocated(change, words, folder):
    change_config(folder, **change)
    with pytest.raises(ValueError, match=re.escape(words)):
        st.lm.load(folder)


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json", INDEX])
@pytest.mark.parametrize(
    "content", ["[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '{"a": NaN}', '{"a": 1e999}', "\udcff"]
)
def test_files_that_are_no_plain_json(name, content, folder):
    (folder / name).write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ValueError, match=r"is no JSON|nested too deeply|is no index") as caught:
        st.lm.load(folder)
    assert len(str(caught.value)) < 500


def test_a_file_beyond_all_measure_is_not_read(folder):
    with (folder / "config.json").open("wb") as stream:
        stream.truncate(2**40)  # sparse: a terabyte that takes no room
    with pytest.raises(ValueError, match=r"has 1099511627776 bytes; expected at most"):
        st.lm.load(folder)


def spoil_header(folder, header):
    content = json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(len(content).to_bytes(8, "little") + content + bytes(64))


def test_tensors_that_no_model_has_are_named(folder):
    spoil_header(folder, {"model.embed_tokens.weight": {"dtype": "F8_E4M3", "shape": [8, 8], "data_offsets": [0, 64]}})
    change_config(folder, vocab_size=8, hidden_size=8)
    with pytest.raises(ValueError, match=r"lacks|holds model.embed_tokens.weight as float8_e4m3"):
        st.lm.load(folder)
    spoil_header(folder, {"n" * 5000: {"dtype": "F32", "shape": [4, 4], "data_offsets": [0, 64]}})
    with pytest.raises(ValueError, match=r"whose name has 5000 characters .*; expected at most 300") as caught:
        st.lm.load(folder)
    assert len(str(caught.value)) < 500
    (folder / WEIGHTS).write_bytes((2**50).to_bytes(8, "little") + bytes(64))
    with pytest.raises(ValueError, match=r"its header has 1125899906842624 bytes"):
        st.lm.load(folder)


def test_float8_is_named(folder):
    header_length = int.from_bytes((folder / WEIGHTS).read_bytes()[:8], "little")
    content = (folder / WEIGHTS).read_bytes()
    header = json.loads(content[8 : 8 + header_length])
    name = "model.norm.weight"
    begin, end = header[name]["data_offsets"]
    header[name] |= {"dtype": "F8_E4M3", "shape": [end - begin]}
    written = json.dumps(header).encode()
    (folder / WEIGHTS).write_bytes(len(written).to_bytes(8, "little") + written + content[8 + header_length :])
    with pytest.raises(ValueError, match=r"holds model.norm.weight as float8_e4m3; expected float32"):
        st.lm.load(folder)


def test_more_parameters_than_the_machine_holds(folder, monkeypatch):
    monkeypatch.setattr("subtheory.lm.checkpoint.memory.machine_memory", lambda: 1000)
    with pytest.raises(ValueError, match=r"parameters need 2.\d+e-05 GB in float32, and this machine has 1e-06 GB"):
        st.lm.load(folder)


def same(folder, whole):
    back = st.lm.load(folder)
    jax.tree.map(np.testing.assert_array_equal, back.params, whole.params)
    assert back.config == whole.config
    return back


def test_names_that_a_compiler_or_sharing_out_wrapped(folder):
    whole = st.lm.load(folder)
    rename(folder, lambda name: "_orig_mod." + name)
    same(folder, whole)
    rename(folder, lambda name: "module." + name)
    same(folder, whole)
    tensors = load_file(folder / WEIGHTS)
    save_file(tensors | {"model.norm.weight": tensors["module._orig_mod.model.norm.weight"].copy()}, folder / WEIGHTS)
    with pytest.raises(ValueError, match=r"holds both .* which are one parameter"):
        st.lm.load(folder)


def test_rows_beyond_the_vocabulary_are_left_out_and_noted(folder):
    whole = st.lm.load(folder)
    tensors = load_file(folder / WEIGHTS)
    name = "model.embed_tokens.weight"
    save_file(tensors | {name: np.concatenate([tensors[name], np.ones((24, 16), "float32")])}, folder / WEIGHTS)
    assert "has 64 rows: those beyond the vocabulary of 40 are left out" in same(folder, whole).notes[0]


def test_null_and_minus_one_are_silence(folder):
    whole = st.lm.load(folder)
    change_config(folder, initializer_range=0.3, rope_scaling=None, hidden_act=None, pad_token_id=-1, mlp_bias=None)
    same(folder, whole)


def test_the_text_part_of_a_multimodal_gemma(tmp_path):
    from ..models import tiny

    lm = tiny("gemma3_text", "float32")
    st.lm.save(lm, tmp_path)
    raw = json.loads((tmp_path / "config.json").read_text())
    eos, raw["pad_token_id"] = raw.pop("eos_token_id"), None
    outer = {"model_type": "gemma3", "text_config": raw, "vision_config": {"hidden_size": 8}, "eos_token_id": [7, 9]}
    (tmp_path / "config.json").write_text(json.dumps(outer))
    for prefix in ("language_model.", "model.language_model."):
        tensors = st.lm.checkpoint.folder.tensors_of(lm.config, lm.params)
        named = {
            prefix + (n.removeprefix("model.") if prefix.startswith("model") else n): a for n, a in tensors.items()
        }
        named["vision_tower.weight" if prefix[0] == "l" else "model.vision_tower.weight"] = np.ones(3, "float32")
        save_file(named, tmp_path / WEIGHTS)
        back = st.lm.load(tmp_path, tokenizer=False)
        jax.tree.map(np.testing.assert_array_equal, back.params, lm.params)
        assert eos is None or eos != back.config.eos
        assert back.config.eos == (7, 9)
    again = st.lm.load(st.lm.save(back, tmp_path / "text"), tokenizer=False)
    assert json.loads((tmp_path / "text" / "config.json").read_text())["model_type"] == "gemma3_text"
    assert again.config == back.config
