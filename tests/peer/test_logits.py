"""Logits and gradients of every family against transformers', on random checkpoints and on the real one."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.lm.checkpoint.folder import tensors_of

from ..lm.models import stories_folder
from .oracle import CHECKPOINTS, MARKS, agree, build, lift_to_float64, logits, reread, some_tokens, write

pytestmark = MARKS


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_logits_agree_in_float32_and_a_saved_copy_is_read_back(name, tmp_path):
    peer = write(name, tmp_path / "theirs")
    lm = st.lm.load(tmp_path / "theirs", tokenizer=False)
    tokens = some_tokens()
    expected = logits(peer, tokens)
    agree(lm.apply(lm.params, tokens), expected, 1e-5)

    st.lm.save(lm, tmp_path / "ours")
    np.testing.assert_array_equal(logits(reread(tmp_path / "ours"), tokens), expected)

    # A model of ours has no config.json to hand on: the one that is written for it says the same.
    fresh = st.lm.LanguageModel(lm.apply, lm.params)
    st.lm.save(fresh, tmp_path / "fresh")
    np.testing.assert_array_equal(logits(reread(tmp_path / "fresh"), tokens), expected)


@pytest.mark.parametrize("name", ["GPT-2", "GPT-NeoX (Pythia)", "Llama 3", "Qwen3", "Gemma 2", "Gemma 3"])
def test_logits_agree_in_float64(name, tmp_path, monkeypatch):
    # transformers turns rotary positions and takes root mean squares in float32 whatever the dtype: 1e-6 would be all
    # that could be asked. With those parts lifted to float64 as well, nothing but rounding is left.
    write(name, tmp_path, "float64")
    lm = st.lm.load(tmp_path, "float64", tokenizer=False)
    assert {leaf.dtype for leaf in jax.tree.leaves(lm.params)} == {jnp.dtype("float64")}
    lift_to_float64(monkeypatch)
    agree(lm.apply(lm.params, some_tokens()), logits(reread(tmp_path, "float64"), some_tokens()), 1e-12)


@pytest.mark.parametrize("name", ["GPT-2", "Llama 3", "Gemma 2"])
def test_bfloat16_is_as_near_to_float32_as_theirs(name, tmp_path):
    peer = write(name, tmp_path, "bfloat16")
    tokens = some_tokens(shape=(8, 24))
    expected = logits(peer.float(), tokens)  # the same rounded weights, float32 arithmetic
    ours = st.lm.load(tmp_path, "bfloat16", tokenizer=False)
    got = ours.apply(ours.params, tokens)
    assert got.dtype == jnp.float32
    theirs = logits(reread(tmp_path, "bfloat16"), tokens)
    off = [float(np.sqrt(np.mean((np.asarray(one, np.float64) - expected) ** 2))) for one in (got, theirs)]
    assert 0 < off[0] <= off[1]


@pytest.mark.parametrize("name", ["GPT-2", "GPT-NeoX (Pythia)", "Llama 3", "Qwen3", "Gemma 2", "Gemma 3"])
def test_gradients_agree(name, tmp_path):
    import torch

    peer = write(name, tmp_path)
    lm = st.lm.load(tmp_path, tokenizer=False)
    tokens = some_tokens()
    loss = peer(torch.tensor(tokens), labels=torch.tensor(tokens)).loss
    loss.backward()
    gradients = {key: parameter.grad.numpy() for key, parameter in peer.named_parameters()}
    if name.startswith("GPT-NeoX"):  # of which version 5 renames one in memory, but not in its files
        gradients["embed_out.weight"] = gradients.pop("lm_head.weight")

    def ours(params):
        log_p = jax.nn.log_softmax(lm.apply(params, tokens)[:, :-1])
        return -jnp.mean(jnp.take_along_axis(log_p, jnp.asarray(tokens)[:, 1:, None], axis=-1))

    value, gradient = jax.value_and_grad(ours)(lm.params)
    agree(value, loss.item(), 1e-6)
    got = tensors_of(lm.config, gradient)
    assert set(gradients) <= set(got)
    largest = max(np.abs(one).max() for one in gradients.values())
    for key, expected in gradients.items():
        assert np.abs(got[key] - expected).max() <= 1e-5 * largest, key


def test_several_files_with_an_index(tmp_path):
    peer = write("Llama 3", tmp_path, max_shard_size="20KB")
    assert len(list(tmp_path.glob("model-*.safetensors"))) > 2
    lm = st.lm.load(tmp_path, tokenizer=False)
    agree(lm.apply(lm.params, some_tokens()), logits(peer, some_tokens()), 1e-5)


OLDER = {
    "GPT-NeoX (Pythia)": dict(rotary_emb_base=10000, rotary_pct=0.25),
    "Llama 3": dict(
        rope_theta=5000.0,
        rope_scaling=dict(
            rope_type="llama3",
            factor=8.0,
            low_freq_factor=1.0,
            high_freq_factor=4.0,
            original_max_position_embeddings=16,
        ),
    ),
    "Llama, all biases, one key-value head, linear RoPE, wide heads": dict(
        rope_theta=10000.0, rope_scaling=dict(type="linear", factor=3.0)
    ),
    "Gemma 3": dict(
        rope_theta=10000.0,
        rope_local_base_freq=100.0,
        rope_scaling=dict(rope_type="linear", factor=8.0),
        sliding_window_pattern=3,
    ),
    "Gemma 2": dict(rope_theta=10000.0),
}


@pytest.mark.parametrize("name", OLDER)
def test_config_as_older_versions_wrote_it(name, tmp_path):
    build(name).save_pretrained(tmp_path)
    path = tmp_path / "config.json"
    raw = json.loads(path.read_text())
    newer = st.lm.load(tmp_path, tokenizer=False).config
    del raw["rope_parameters"]
    raw.pop("layer_types", None)
    path.write_text(json.dumps(raw | OLDER[name]))
    lm = st.lm.load(tmp_path, tokenizer=False)
    assert lm.config == newer
    agree(lm.apply(lm.params, some_tokens()), logits(reread(tmp_path), some_tokens()), 1e-5)


def test_the_real_checkpoint(tmp_path):
    folder = stories_folder()
    lm, peer = st.lm.load(folder), reread(folder)
    tokens = some_tokens(512, (3, 512))
    agree(lm.apply(lm.params, tokens), logits(peer, tokens), 1e-5)
    agree(lm.apply(lm.params, tokens[:1, :7]), logits(peer, tokens[:1, :7]), 1e-5)
    st.lm.save(lm, tmp_path)
    np.testing.assert_array_equal(logits(reread(tmp_path), tokens), logits(peer, tokens))
