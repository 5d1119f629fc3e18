"""Mistakes and malice, drawn from a seed: what a mutated checkpoint, record or data file looks like."""

from __future__ import annotations

import copy
import gzip
import json
import random
from pathlib import Path
from typing import Any

COUNTS = {
    "config": 350, "weights": 200, "index": 100, "tokenizer": 150, "tokenizer_config": 100, "template": 50,
    "record": 200, "idx": 40,
}  # fmt: skip
"""Kind of file → how many mutations are tried."""

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2, 3, 7, 10**7, 2**31, 2**63, 10**30, -(10**30), 0.5, 2.5, -1e-6, 1e308, "", "x",
    "x" * 100_000, "\x00", "a\nb", "../../etc/passwd", "é日本", [], {}, [1, 2, 3], [[]], {"a": 1}, ["x"] * 20_000,
    {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 5000}, {"rope_type": "linear", "factor": 0},
)  # fmt: skip
TEXTS = ("NaN", "Infinity", "1e999", "1" * 5000, "[" * 100_000, '{"a":' * 900 + "1" + "}" * 900, '"\\ud800"', "{}", "")
LEAVES = (
    "{{ m.content }}", "{{ raise_exception('no ' * 1000) }}", "{{ 'a' * 10**6 }}", "{{ '%99999999d' % 1 }}",
    "{% set n = namespace(x='a' * 99) %}", "{% set n.x = n.x ~ n.x %}", "{{ n.x | length }}", "{{ messages | tojson }}",
    "{{ ''.__class__ }}", "{{ 1 / 0 }}", "{{ lipsum(n=500) }}", "{{ a.b.c }}", "{{ f(1) }}", "{% include 'x' %}",
    "{{ 10 ** 10 ** 5 }}", "{{ range(10**9) }}", "{{ 'x'.center(10**9) }}", "{{ m.content.split('e')[0] }}", "{{", "%}",
    "\x00", "{{ bos_token }}", "{{ m.role | upper }}", "{{ messages[9].content }}", "{{ m.content | join('-') }}",
)  # fmt: skip
BLOCKS = (
    ("{% for m in messages %}", "{% endfor %}"), ("{% for i in range(99999) %}", "{% endfor %}"),
    ("{% if m.role == 'system' %}", "{% endif %}"), ("{% macro f(x) %}", "{% endmacro %}"),
    ("{% generation %}", "{% endgeneration %}"), ("{% for i in [1, 2] %}", "{% break %}{% endfor %}"),
)  # fmt: skip

PADDING = {"direction": "Right", "pad_to_multiple_of": None, "pad_id": 0, "pad_type_id": 0, "pad_token": "x"}
REPLACE = {"type": "Replace", "pattern": {"Regex": "(a+)+$"}, "content": "a" * 90}
PARTS: tuple[dict[str, Any], ...] = (
    {"padding": PADDING | {"strategy": {"Fixed": 10**15}}},
    {"padding": PADDING | {"strategy": "BatchLongest", "pad_to_multiple_of": 10**15}},
    {"truncation": {"direction": "Left", "max_length": 0, "strategy": "LongestFirst", "stride": 10**9}},
    {"normalizer": {"type": "Sequence", "normalizers": [REPLACE] * 9}},
    {"normalizer": REPLACE},
    {"normalizer": {"type": "Prepend", "prepend": "a" * 10**6}},
    {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a|a)*b"}, "behavior": "Isolated", "invert": False}},
    {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated", "invert": False}},
    {"decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}},
    {"post_processor": None, "decoder": {"type": "CTC", "pad_token": "x", "word_delimiter_token": "", "cleanup": True}},
    {"model": {"type": "BPE", "vocab": {"a": 0, "b": 2**32 - 1}, "merges": []}},
    {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}},
    {"model": {"type": "Unigram", "vocab": [], "unk_id": 7}},
    {"model": {"type": "Unigram", "vocab": [["a", -1e308], ["b", 1e308]], "unk_id": 0}},
    {"added_tokens": [{"id": 2**32 - 1, "content": "", "special": True, "single_word": False, "lstrip": False,
                       "rstrip": False, "normalized": False}]},
)  # fmt: skip
"""Whole parts of a tokenizer, each well formed and not meant well."""


def mutate(kind: str, folder: Path, seed: int) -> None:
    """Change one file of a folder, the same way whenever the seed is the same."""
    draw = random.Random(f"{kind} {seed}")
    files = {
        "config": "config.json", "index": "model.safetensors.index.json", "tokenizer": "tokenizer.json",
        "tokenizer_config": "tokenizer_config.json", "record": "run.json", "weights": "model.safetensors",
    }  # fmt: skip
    if kind == "template":
        (folder / "chat_template.jinja").write_text("{% for m in messages %}" + _template(draw, 3) + "{% endfor %}")
    elif kind == "tokenizer" and draw.random() < 0.4:
        path = folder / files[kind]
        path.write_text(json.dumps(json.loads(path.read_text()) | draw.choice(PARTS) | draw.choice(PARTS)))
    elif kind == "weights":
        path = folder / files[kind]
        path.write_bytes(_header(path.read_bytes(), draw))
    elif kind == "idx":
        path = folder / "train-images-idx3-ubyte"
        path.write_bytes(_idx(path.read_bytes(), draw))
    else:
        name = "results.csv" if kind == "record" and draw.random() < 0.4 else files[kind]
        path = folder / name
        content = path.read_bytes()
        plain = draw.random() < 0.3 or name == "results.csv"
        path.write_bytes(_bytes(content, draw) if plain else _json(content, draw))


def _template(draw: random.Random, depth: int) -> str:
    """Blocks within blocks; one in ten of them is left open."""
    parts = []
    for _ in range(draw.randrange(1, 4)):
        if depth and draw.random() < 0.5:
            before, after = draw.choice(BLOCKS)
            parts.append(before + _template(draw, depth - 1) + (after if draw.random() < 0.9 else ""))
        else:
            parts.append(draw.choice(LEAVES))
    return "".join(parts)


def _bytes(content: bytes, draw: random.Random) -> bytes:
    """Bytes turned, left out, put in or repeated."""
    place, end = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    how = draw.randrange(5)
    if how == 0:
        return content[:place]
    if how == 1:
        return content[:place] + draw.randbytes(8) + content[place + 8 :]
    if how == 2:
        return content[:place] + content[end:]
    if how == 3:
        return content[:end] + content[place:]
    return content[:place] + draw.choice(TEXTS).encode() + content[place:]


def _json(content: bytes, draw: random.Random) -> bytes:
    """One to three values of a JSON document replaced, left out or renamed."""
    raw = json.loads(content)
    for _ in range(draw.choice((1, 1, 2, 3))):
        at: Any = raw
        while True:
            keys = list(at) if isinstance(at, dict) else list(range(len(at)))
            if not keys:
                break
            key = draw.choice(keys)
            if isinstance(at[key], dict | list) and at[key] and draw.random() < 0.7:
                at = at[key]
                continue
            how = draw.random()
            if how < 0.15:
                del at[key]
            elif how < 0.25 and isinstance(at, dict):
                at[draw.choice((key + "s", "", "x" * 2000, "model_type"))] = at.pop(key)
            elif how < 0.35:
                at[key] = "\x01text"
            else:
                at[key] = copy.deepcopy(draw.choice(ODD))
            break
    text = json.dumps(raw)
    return text.replace('"\\u0001text"', draw.choice(TEXTS)).encode()


def _header(content: bytes, draw: random.Random) -> bytes:
    """A safetensors file whose header, or whose rest, is another."""
    length = int.from_bytes(content[:8], "little")
    how = draw.random()
    if how < 0.25:
        return _bytes(content, draw)
    if how < 0.35:
        return draw.choice((0, 1, 2**31, 2**63, 2**64 - 1)).to_bytes(8, "little") + content[8:]
    header = json.loads(content[8 : 8 + length])
    name = draw.choice(sorted(set(header) - {"__metadata__"}))
    one = header[name]
    what = draw.randrange(7)
    if what == 0:
        one["dtype"] = draw.choice(("F8_E4M3", "F8_E5M2", "I8", "BOOL", "F64", "BF16", "F4", "", "x" * 1000))
    elif what == 1:
        one["shape"] = draw.choice(([], [0], [-1, 4], [2**40, 2**40], one["shape"][::-1], ["a"], None, [1.5]))
    elif what == 2:
        one["data_offsets"] = draw.choice(([0, 0], [0, 2**62], [-1, 4], [4, 0], None, [0]))
    elif what == 3:
        header[draw.choice(("x" * 5000, "", "a\x00b", "_orig_mod." + name, "model.layers.9999.x"))] = header.pop(name)
    elif what == 4:
        del header[name]
    elif what == 5:
        header = {f"{name}{i}": dict(one) for i in range(20_000)}
    else:
        header["__metadata__"] = draw.choice((None, 3, {"a": 1}, {"a": "x" * 10**6}))
    written = json.dumps(header).encode()
    return len(written).to_bytes(8, "little") + written + content[8 + length :]


def _idx(content: bytes, draw: random.Random) -> bytes:
    """An idx file, compressed or not, that is cut, or claims or holds more than it should."""
    how = draw.randrange(4)
    if how == 0:
        return _bytes(content, draw)
    if how == 1:
        return _bytes(gzip.compress(content), draw)
    claimed = b"".join(draw.choice((0, 1, 28, 2**31, 2**32 - 1)).to_bytes(4, "big") for _ in range(3))
    if how == 2:
        return gzip.compress(content[:4] + claimed + content[16:])
    return gzip.compress(content[:4] + claimed + bytes(2**26), 9) + gzip.compress(bytes(2**28), 1) * 4  # a bomb of 1 GB
