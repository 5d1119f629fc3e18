"""A model in a GGUF file is the model that the same weights are in the Hugging Face layout, to the last bit."""

import gguf
import jax
import numpy as np
import pytest
from safetensors.numpy import save_file

import subtheory as st
from subtheory.lm.checkpoint.families import read_config
from subtheory.lm.checkpoint.gguf_config import gguf_config
from subtheory.lm.checkpoint.gguf_header import Header, Stored
from subtheory.lm.checkpoint.gguf_names import restored
from subtheory.lm.checkpoint.gguf_weights import dequantised

from .gguf_files import ARCHITECTURES, model, quantised_and_back, write_gguf

TOKENS = np.array([[1, 5, 3, 60, 17, 2, 9, 33]])
QUANTISED = ("F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1")


@pytest.mark.parametrize("family", ARCHITECTURES)
def test_a_file_is_the_folder_with_the_same_weights(family, tmp_path):
    folder = st.lm.load(st.lm.save(model(family), tmp_path / "folder"), tokenizer=False)
    file = st.lm.load(write_gguf(tmp_path / "model.gguf", model(family)), tokenizer=False)
    assert file.config == folder.config
    jax.tree.map(np.testing.assert_array_equal, file.params, folder.params)
    np.testing.assert_array_equal(file.apply(file.params, TOKENS), folder.apply(folder.params, TOKENS))


@pytest.mark.parametrize(("family", "kind"), [*(("llama", kind) for kind in QUANTISED), ("gemma3_text", "Q8_0")])
def test_a_quantised_file_is_the_folder_with_dequantised_weights(family, kind, tmp_path):
    lm = model(family)
    st.lm.save(lm, tmp_path / "folder")
    save_file(quantised_and_back(lm, gguf.GGMLQuantizationType[kind]), tmp_path / "folder" / "model.safetensors")
    folder = st.lm.load(tmp_path / "folder", tokenizer=False)
    file = st.lm.load(write_gguf(tmp_path / "model.gguf", lm, kind), tokenizer=False)
    assert file.apply == folder.apply
    jax.tree.map(np.testing.assert_array_equal, file.params, folder.params)
    moved = np.abs(
        np.asarray(file.params["layers"]["mlp"]["up"]["kernel"]) - lm.params["layers"]["mlp"]["up"]["kernel"]
    )
    assert moved.max() > 0, "nothing was quantised"


def test_what_a_file_gave_is_saved_as_a_folder(tmp_path):
    file = st.lm.load(write_gguf(tmp_path / "model.gguf", model("gemma3_text"), "Q8_0"), tokenizer=False)
    folder = st.lm.load(st.lm.save(file, tmp_path / "folder"), tokenizer=False)
    assert folder.config == file.config
    jax.tree.map(np.testing.assert_array_equal, folder.params, file.params)


def test_biases_of_a_llama_are_turned_as_its_rows():
    rows = np.arange(16.0)
    turned = rows.reshape(2, 2, 4).swapaxes(1, 2).ravel()
    for name in ("blk.0.attn_q.bias", "blk.0.attn_q.weight"):
        np.testing.assert_array_equal(restored("llama", name, turned, 2, 1), rows)
    np.testing.assert_array_equal(restored("llama", "blk.0.attn_k.bias", turned[:8], 2, 1), rows[:8])
    for architecture, name in (("qwen2", "blk.0.attn_q.bias"), ("llama", "blk.0.attn_v.bias")):
        np.testing.assert_array_equal(restored(architecture, name, turned, 2, 1), turned)


@pytest.mark.parametrize(("family", "layers"), [("gemma2", 46), ("gemma3_text", 62)])
def test_the_deepest_gemmas_scale_their_products_by_width_over_heads(family, layers, tmp_path):
    name = ARCHITECTURES[family]
    own = {"embedding_length": 96, "block_count": layers, "feed_forward_length": 8, "context_length": 8}
    own |= {"attention.head_count": 4, "attention.key_length": 16, "attention.value_length": 16}
    own |= {"attention.layer_norm_rms_epsilon": 1e-6, "attention.sliding_window": 4}
    metadata = {"general.architecture": name} | {f"{name}.{key}": value for key, value in own.items()}
    for depth, squared in ((layers, 24), (layers - 1, 16)):
        metadata[f"{name}.block_count"] = depth
        tensors = {"token_embd.weight": Stored((8, 96), 0, 0)} | {str(i): Stored((1,), 0, 0) for i in range(depth)}
        config = read_config(gguf_config(Header(tmp_path, metadata, tensors, np.empty(0, np.uint8))))
        assert config.attention_scale == pytest.approx(squared**-0.5)


def q4_k(block: np.ndarray) -> list[float]:
    """256 numbers, one after the other, as ggml's reference code reads them."""
    d, low = (float(x) for x in block[:4].view(np.float16))
    packed, q, out = [int(x) for x in block[4:16]], [int(x) for x in block[16:]], []
    for j in range(8):
        if j < 4:
            scale, least = packed[j] & 63, packed[j + 4] & 63
        else:
            scale = (packed[j + 4] & 15) | (packed[j - 4] >> 6 << 4)
            least = (packed[j + 4] >> 4) | (packed[j] >> 6 << 4)
        for one in q[32 * (j // 2) : 32 * (j // 2) + 32]:
            out.append(d * scale * (one >> 4 if j % 2 else one & 15) - low * least)
    return out


def q6_k(block: np.ndarray) -> list[float]:
    low, high = [int(x) for x in block[:128]], [int(x) for x in block[128:192]]
    scales, d = [int(x) for x in block[192:208].view(np.int8)], float(block[208:].view(np.float16)[0])
    out = []
    for half in range(2):
        for part in range(4):
            for k in range(32):
                four = low[64 * half + k + 32 * (part % 2)]
                four = four >> 4 if part >= 2 else four & 15
                two = high[32 * half + k] >> 2 * part & 3
                out.append(d * scales[8 * half + 2 * part + k // 16] * ((four | two << 4) - 32))
    return out


@pytest.mark.parametrize(("kind", "size", "halves", "slow"), [("Q4_K", 144, [0, 2], q4_k), ("Q6_K", 210, [208], q6_k)])
def test_blocks_that_cannot_be_written_here_are_read_as_ggml_reads_them(kind, size, halves, slow, tmp_path):
    generator = np.random.default_rng(0)
    blocks = generator.integers(0, 256, (6, size), dtype=np.uint8)
    for place in halves:
        blocks[:, place : place + 2] = generator.uniform(0.01, 1, (6, 1)).astype(np.float16).view(np.uint8)
    stored = Stored((3, 512), gguf.GGMLQuantizationType[kind].value, 5)
    content = np.concatenate([np.zeros(5, np.uint8), blocks.ravel()])
    got = dequantised(Header(tmp_path, {}, {"w": stored}, content), "w")
    expected = np.array([slow(block) for block in blocks]).reshape(3, 512)
    np.testing.assert_allclose(got, expected, rtol=0, atol=8 * np.finfo(np.float32).eps * np.abs(expected).max())
