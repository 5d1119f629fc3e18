"""Checkpoints that cannot be loaded are refused in one sentence; those that can come back as they were saved."""

import json
import re

import jax
import jaxtyping
import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import subtheory as st

from ..checkpoints import write_checkpoint
from ..models import CONFIGS, tiny

WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"


@pytest.fixture
def folder(tmp_path):
    return write_checkpoint(tmp_path / "checkpoint")


def change_config(folder, **changes):
    """Set keys of config.json; None takes one away."""
    path = folder / "config.json"
    raw = json.loads(path.read_text()) | changes
    path.write_text(json.dumps({key: value for key, value in raw.items() if value is not None}))


def change_weights(folder, change):
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)


def split(folder, name="model-00002-of-00002.safetensors"):
    """The same weights in two files with an index."""
    tensors = load_file(folder / WEIGHTS)
    names = sorted(tensors)
    files = {"model-00001-of-00002.safetensors": names[::2], name: names[1::2]}
    for file, held in files.items():
        save_file({key: tensors[key] for key in held}, folder / file)
    (folder / WEIGHTS).unlink()
    (folder / INDEX).write_text(json.dumps({"weight_map": {key: file for file, held in files.items() for key in held}}))


@pytest.mark.parametrize(
    ("family", "dtype"), [*((family, "float32") for family in CONFIGS), ("gpt_neox", "float64"), ("llama", "bfloat16")]
)
def test_what_is_saved_is_what_is_loaded(family, dtype, tmp_path):
    lm = tiny(family, dtype)
    back = st.lm.load(st.lm.save(lm, tmp_path), dtype, tokenizer=False)
    assert back.config == lm.config
    jax.tree.map(np.testing.assert_array_equal, back.params, lm.params)


@pytest.mark.parametrize(("head", "turned"), [(4, 4), (4, 2), (44, 30)])
def test_any_share_of_a_head_may_turn(head, turned, tmp_path):
    """GPT-NeoX's files mean a quarter where they are silent; 30 of 44 is a share that plain division would make 29."""
    lm = tiny("gpt_neox", head_width=head, width=4 * head, rope=st.lm.Rope(turned))
    back = st.lm.load(st.lm.save(lm, tmp_path), tokenizer=False)
    assert back.config == lm.config
    factor = json.loads((tmp_path / "config.json").read_text())["rope_parameters"]["partial_rotary_factor"]
    assert int(head * factor) == turned


def test_several_files_and_names_without_prefix_are_the_same_model(folder):
    whole = st.lm.load(folder)
    split(folder)
    jax.tree.map(np.testing.assert_array_equal, st.lm.load(folder).params, whole.params)


def test_a_tied_head_that_is_written_out_is_no_extra_tensor(folder):
    change_weights(folder, lambda t: t.update({"lm_head.weight": t["model.embed_tokens.weight"].copy()}))
    assert "head" not in st.lm.load(folder).params
    change_weights(folder, lambda t: t.update({"lm_head.weight": t["model.embed_tokens.weight"] + 1}))
    untied = st.lm.load(folder)
    assert "config.json ties the head to the embedding, but lm_head.weight differs" in untied.notes[0]
    head, embedding = untied.params["head"]["kernel"], untied.params["embedding"]["tokens"]
    np.testing.assert_array_equal(head.T, embedding + 1)
    back = st.lm.load(st.lm.save(untied, folder.parent / "untied"))
    assert not back.notes
    jax.tree.map(np.testing.assert_array_equal, back.params, untied.params)


def test_a_name_on_the_hub_is_met_with_the_command_that_fetches_it():
    with pytest.raises(ValueError, match="looks like a name on the Hugging Face Hub") as refusal:
        st.lm.load("Qwen/Qwen2.5-0.5B")
    assert "huggingface-cli download Qwen/Qwen2.5-0.5B --local-dir Qwen2.5-0.5B" in str(refusal.value)


KERNEL = "model.layers.1.mlp.up_proj.weight"
SPOILED = {
    "no folder": (lambda f: None, "has no config.json; expected a checkpoint's folder"),
    "no config": (lambda f: (f / "config.json").unlink(), "has no config.json"),
    "config is no JSON": (lambda f: (f / "config.json").write_text("{"), "is no JSON"),
    "config is a list": (lambda f: (f / "config.json").write_text("[]"), "holds a list; expected a JSON object"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "has no weights; expected model.safetensors"),
    "no tokenizer": (lambda f: (f / "tokenizer.json").unlink(), "has no tokenizer.json; expected one"),
    "damaged tokenizer": (lambda f: (f / "tokenizer.json").write_text("{}"), "is no tokenizer"),
    "damaged tokenizer_config": (lambda f: (f / "tokenizer_config.json").write_text("{"), "is no JSON"),
    "pickled weights": (
        lambda f: (f / WEIGHTS).rename(f / "pytorch_model.bin"),
        "has pickled weights only (pytorch_model.bin), which can run any code when they are read and are refused",
    ),
    "remote code": (
        lambda f: change_config(f, auto_map={"AutoModelForCausalLM": "modelling.Mine"}),
        "asks for code from elsewhere (auto_map: {'AutoModelForCausalLM': 'modelling.Mine'}), which is refused",
    ),
    "no model_type": (lambda f: change_config(f, model_type=None), "has no model_type; expected one of gpt2, gpt_neox"),
    "unsupported model_type": (
        lambda f: change_config(f, model_type="mixtral"),
        "unknown model_type in config.json 'mixtral': did you mean 'mistral'? known are gemma2, gemma3_text, gpt2, "
        "gpt_neox, llama, mistral, qwen2, qwen3.",
    ),
    "unsupported RoPE": (
        lambda f: change_config(f, rope_parameters={"rope_type": "yarn", "rope_theta": 1e4, "factor": 4.0}),
        "unknown kind of RoPE in config.json 'yarn': did you mean 'linear'? known are default, linear, llama3.",
    ),
    "unsupported RoPE, older": (
        lambda f: change_config(f, rope_parameters=None, rope_scaling={"type": "dynamic", "factor": 2.0}),
        "unknown kind of RoPE in config.json 'dynamic': known are default, linear, llama3.",
    ),
    "RoPE without its factor": (
        lambda f: change_config(f, rope_parameters={"rope_type": "linear", "rope_theta": 1e4}),
        "of the kind 'linear' without factor; expected it",
    ),
    "unsupported activation": (
        lambda f: change_config(f, hidden_act="swish2"),
        "unknown hidden_act in config.json 'swish2': ",
    ),
    "a key is missing": (lambda f: change_config(f, vocab_size=None), "has no vocab_size"),
    "no number": (
        lambda f: change_config(f, num_hidden_layers="two"),
        "num_hidden_layers in config.json is 'two'; expected",
    ),
    "no heads": (
        lambda f: change_config(f, num_attention_heads=0, head_dim=None),
        "num_attention_heads in config.json is 0; expected",
    ),
    "heads do not divide": (
        lambda f: change_config(f, num_key_value_heads=3),
        "3 key-value heads do not divide 2 heads",
    ),
    "a tensor is missing": (
        lambda f: change_weights(f, lambda t: t.pop(KERNEL)),
        "lacks layers.1.mlp.up_proj.weight; expected every tensor that config.json speaks of",
    ),
    "a tensor too many": (
        lambda f: change_weights(f, lambda t: t.update({"model.layers.2.mlp.up_proj.weight": t[KERNEL].copy()})),
        "holds model.layers.2.mlp.up_proj.weight, of which config.json does not speak",
    ),
    "a tensor of another shape": (
        lambda f: change_weights(f, lambda t: t.update({KERNEL: t[KERNEL][:, :5].copy()})),
        f"holds {KERNEL} of shape [24, 5]; expected [24, 16]",
    ),
    "quantised": (
        lambda f: change_weights(f, lambda t: t.update({KERNEL: t[KERNEL].astype(np.int8)})),
        f"holds {KERNEL} as int8; expected float32, float64, float16 or bfloat16: quantised",
    ),
    "cut short": (
        lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-100]),
        "is damaged or cut short",
    ),
    "empty file": (lambda f: (f / WEIGHTS).write_bytes(b""), "is damaged or cut short"),
    "index is no index": (lambda f: (f / INDEX).write_text("{}"), "is no index; expected JSON with a weight_map"),
    "a file of the index is missing": (
        lambda f: (split(f), (f / "model-00002-of-00002.safetensors").unlink()),
        "names model-00002-of-00002.safetensors, which is not in",
    ),
    "the index points elsewhere": (
        lambda f: (f / INDEX).write_text(json.dumps({"weight_map": {KERNEL: "../elsewhere.safetensors"}})),
        "names elsewhere.safetensors, which is not in",
    ),
    "the index is wrong": (
        lambda f: (f / INDEX).write_text(json.dumps({"weight_map": {"model.sun": WEIGHTS}})),
        "places model.sun in model.safetensors, which does not hold it",
    ),
}


@pytest.mark.parametrize("what", SPOILED)
def test_what_cannot_be_loaded_is_refused(what, folder, tmp_path):
    spoil, words = SPOILED[what]
    spoil(folder)
    with pytest.raises(ValueError, match=re.escape(words)) as caught:
        st.lm.load(tmp_path / "nowhere" if what == "no folder" else folder)
    assert "\n" not in str(caught.value)


def test_only_dtypes_that_are_meant(folder):
    with pytest.raises(ValueError, match="unknown dtype 'float16': did you mean 'bfloat16'"):
        st.lm.load(folder, "float16")
    with jax.enable_x64(False), pytest.raises(ValueError, match="JAX's 64-bit mode is off"):
        st.lm.load(folder, "float64")


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([[1, 99]], "hold 99 at [0, 1], outside the vocabulary; expected 0 to 39"),
        ([[-1, 2]], "hold -1 at [0, 0], outside the vocabulary"),
        ([[1] * 65], "are 65 in a row, but this model's context is 64; shorten the sequences"),
        ([[1.0, 2.0]], "hold float64 values; expected whole numbers"),
        ([1, 2], "have the shape [2]; expected [B, T]"),
        ([[]], "have the shape [1, 0]; expected [B, T], at least one sequence of one token"),
    ],
)
def test_tokens_that_the_model_cannot_read(folder, tokens, words):
    lm = st.lm.load(folder)
    array = np.array(tokens, np.float64 if words.startswith("hold float") else np.int64)
    for refuse in (lm.apply, lm.apply.hidden):
        with pytest.raises((ValueError, jaxtyping.TypeCheckError)) as caught:
            refuse(lm.params, array)
        # Wrong types and numbers of axes are caught by annotations here, by our own sentence without them.
        assert words in str(caught.value) or isinstance(caught.value, jaxtyping.TypeCheckError)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (dict(prompts=[]), "got no prompts"),
        (dict(prompts=[""]), "prompt 0 is empty"),
        (dict(prompts=[[1], []]), "prompt 1 is empty"),
        (dict(prompts=[[1], [99]]), "the tokens of prompt 1 hold 99"),
        (dict(max_new_tokens=64), "a prompt of 2 tokens and 64 new ones exceed this model's context of 64"),
        (dict(max_new_tokens=0), "max_new_tokens is 0"),
        (dict(temperature=-1.0), "temperature is -1.0"),
        (dict(temperature=1.0), "sampling needs a key"),
        (dict(top_k=0), "top_k is 0"),
        (dict(top_p=1.5), "top_p is 1.5"),
    ],
)
def test_generation_that_cannot_be_meant(folder, options, words):
    lm = st.lm.load(folder)
    given = dict(prompts=[[1, 2]], max_new_tokens=4, temperature=0.0) | options
    with pytest.raises(ValueError, match=re.escape(words)):
        st.lm.generate(lm, given.pop("prompts"), **given)


def test_a_family_that_cannot_say_it_is_not_saved(tmp_path):
    lm = tiny("gpt2")
    gated = st.lm.DecoderConfig(**{**vars(lm.config), "gated": True})
    with pytest.raises(ValueError, match="a checkpoint of the family 'gpt2' cannot say gated = True"):
        st.lm.save(st.lm.initialise(gated, jax.random.key(0)), tmp_path)
