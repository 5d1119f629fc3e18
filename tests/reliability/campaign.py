"""All mutations, in batches: each ends in success or one sentence, within 15 seconds of processor time and 2 GB."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jax

import subtheory as st
from subtheory import record

from ..lm import checkpoints
from ..lm.models import tiny
from .mutations import COUNTS

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 15.0
"""Of processor time for one mutation: on a busy machine a clock says nothing."""
STARTING = 120.0
"""Of processor time for a process's first answer, in which it imports and compiles."""
LONGEST = 600.0
"""Seconds by the clock, after which a process that uses no processor time hangs as well."""


def bases(folder: Path) -> Path:
    """Folders that are whole, by kind: what the mutations begin with."""
    model = checkpoints.write_checkpoint(folder / "template" / "llama")
    for kind in ("tokenizer", "tokenizer_config", "weights", "config"):
        shutil.copytree(model, folder / kind / "llama")
    for family in ("gemma3_text", "gpt_neox", "qwen2"):
        place = folder / "config" / family
        st.lm.save(tiny(family, "float32", vocabulary=len(checkpoints.WORDS)), place)
        checkpoints.write_tokenizer(place)
    split = folder / "index" / "llama"
    shutil.copytree(model, split)
    from safetensors.numpy import load_file, save_file

    tensors = load_file(split / "model.safetensors")
    (split / "model.safetensors").unlink()
    places = {name: f"model-0000{i % 2 + 1}-of-00002.safetensors" for i, name in enumerate(sorted(tensors))}
    for file in set(places.values()):
        save_file({name: tensors[name] for name, at in places.items() if at == file}, split / file)
    (split / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))
    rows = [{"seed": i, "condition": "all", "metric": "loss", "value": 0.1 * i} for i in range(8)]
    run = {"config": {"steps": 3, "nested": {"rate": 0.1}}, "seeds": [0, 1]}
    record.write(record.Record("small", rows, run), folder / "record")
    images = folder / "idx" / "small" / "train-images-idx3-ubyte"
    images.parent.mkdir(parents=True)
    images.write_bytes(b"".join(n.to_bytes(4, "big") for n in (0x0803, 5, 4, 4)) + bytes(80))
    return folder


def run(folder: Path, counts: dict[str, int] | None = None) -> dict[str, dict[str, int]]:
    """Kind → how many ended how; whatever is neither success nor sentence is printed with its seed."""
    counts = COUNTS if counts is None else counts
    return {kind: _kind(folder, kind, count) for kind, count in counts.items()}


def _kind(folder: Path, kind: str, count: int) -> dict[str, int]:
    ended = dict.fromkeys(("success", "sentence", "traceback", "hang", "crash"), 0)
    seed = 0
    while seed < count:
        seed = _batch(folder, kind, seed, count, ended)
    return ended


def _batch(folder: Path, kind: str, first: int, last: int, ended: dict[str, int]) -> int:
    """One process's seeds, until it ends or is ended; the seed to go on with."""
    command = [sys.executable, "-m", "tests.reliability.attempt", str(folder), kind, str(first), str(last)]
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": str(ROOT)}
    with (
        subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment) as child,
        selectors.DefaultSelector() as waiting,
    ):
        assert child.stdout is not None
        waiting.register(child.stdout, selectors.EVENT_READ)
        patience, seed, open_line = STARTING, first, b""
        while _answers(child, waiting, patience):
            part = os.read(child.stdout.fileno(), 2**16)
            if not part:
                break
            *lines, open_line = (open_line + part).split(b"\n")
            for said in map(json.loads, lines):
                seed = said["seed"]
                if "ended" in said:
                    _count(kind, seed, said["ended"], said["words"], ended)
                    seed, patience = seed + 1, SECONDS
                    if seed == last:
                        return last
        how = "crash" if child.poll() is not None or _ended(child) else "hang"
        child.kill()
    _count(kind, seed, how, "", ended)
    return seed + 1


def _answers(child: subprocess.Popen, waiting: selectors.BaseSelector, patience: float) -> bool:
    """Whether there is something to read before ``patience`` seconds of the child's processor time have passed."""
    began, since = _processor_time(child.pid), time.monotonic()
    while not waiting.select(1.0):
        if _processor_time(child.pid) - began > patience or time.monotonic() - since > LONGEST:
            return False
    return True


def _processor_time(process: int) -> float:
    """Seconds that a process has used, and children of it that have ended; endless where nobody counts them."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("inf")
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _ended(child: subprocess.Popen) -> bool:
    try:
        child.wait(1)
    except subprocess.TimeoutExpired:
        return False
    return True


def _count(kind: str, seed: int, how: str, words: str, ended: dict[str, int]) -> None:
    ended[how] += 1
    if how not in ("success", "sentence"):
        print(f"{kind} {seed}: {how} {words}", flush=True)


def versions() -> dict[str, str]:
    """What the campaign ran with."""
    from importlib.metadata import version

    names = ("jax", "safetensors", "tokenizers", "jinja2", "msgspec")
    found = {"python": sys.version.split()[0], **{name: version(name) for name in names}}
    return {**found, "device": jax.default_backend()}
