"""What is not installed is named in one sentence, by the library and by every command line, with exit code 2."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from experiments.harness import execution, registry
from experiments.harness.options import Run
from subtheory import _extras
from subtheory._extras import MissingExtraError, needs

ROOT = Path(__file__).parents[1]
OPTIONAL = ("safetensors", "tokenizers", "jinja2", "msgspec", "pooch", "submitit", "torch", "transformers")
LM = "subtheory.lm needs safetensors, tokenizers, jinja2 and msgspec, which this environment lacks; "
LM += "install the extra: pip install 'subtheory[lm]'."
CLUSTER = "submitting experiments needs submitit, which this environment lacks; "
CLUSTER += "install the extra: pip install 'subtheory[cluster]'."
PEER = "the comparison needs torch, which this environment lacks; install the extra: pip install 'subtheory[peer]'."
ASKED = [
    ("subtheory.cli", "lm audit", LM),
    ("subtheory.cli", "lm verify nowhere --trait trait.jsonl --prompts prompts.txt", LM),
    ("subtheory.cli", "lm distil", LM),
    ("subtheory.cli", "lm generate nowhere --prompt words", LM),
    ("experiments.__main__", "run lm_numbers", LM),
    ("experiments.__main__", "run lm_stories --checkpoint .", LM),
    ("experiments.__main__", "show lm_code", LM),
    ("experiments.__main__", "submit filtering_law --cluster local", CLUSTER),
    ("benchmarks.world", "", LM),
    ("benchmarks.lm", "nowhere", LM),
    ("benchmarks.aux_logits", "--data digits", PEER),
]
SCRIPT = """
import contextlib, importlib, io, json, sys
class Hiding:
    # finds all but what is optional, as if that were not installed
    def __init__(self, finder):
        self.finder = finder
    def __getattr__(self, name):
        return getattr(self.finder, name)
    def find_spec(self, name, *place):
        return None if name.split(".")[0] in {optional!r} else self.finder.find_spec(name, *place)
sys.meta_path[:] = map(Hiding, sys.meta_path)
for module, words, _ in {asked!r}:
    with contextlib.redirect_stderr(io.StringIO()) as errors:
        code = importlib.import_module(module).main(words.split())
    print("ANSWER", json.dumps([code, errors.getvalue()]))
"""


def test_without_extras_every_command_line_says_which_it_needs(tmp_path):
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(optional=OPTIONAL, asked=ASKED)],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    answers = [json.loads(line.split("ANSWER")[1]) for line in run.stdout.splitlines() if line.startswith("ANSWER")]
    for (module, words, sentence), (code, errors) in zip(ASKED, answers, strict=True):
        assert code == 2, (module, words)
        assert errors.removeprefix("subtheory: ").removeprefix("error: ") == sentence + "\n", (module, words)
    assert not any(tmp_path.iterdir())


def test_help_needs_no_extra(monkeypatch, capsys):
    from subtheory.cli import main

    monkeypatch.setattr(_extras, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as stop:
        main(["lm", "audit", "--help"])
    assert stop.value.code == 0
    assert "--own-samples" in capsys.readouterr().out


def test_all_experiments_are_those_that_can_be_run(tmp_path, monkeypatch, capsys):
    load = registry.load

    def without_extra(name):
        if name.startswith("lm_"):
            needs("this", "lm", "no_such_library")
        return load(name)

    monkeypatch.setattr(registry, "load", without_extra)
    plans, _ = execution.prepared(Run("all", out=tmp_path), resuming=True)
    names = {plan.name for plan in plans}
    assert "alignment_rate" in names
    assert not any(name.startswith("lm_") for name in names)
    said = capsys.readouterr().out.splitlines()
    assert "lm_numbers: left out, for this needs no_such_library, which this environment lacks" in said[0]
    with pytest.raises(MissingExtraError, match=r"install the extra: pip install 'subtheory\[lm\]'"):
        execution.prepared(Run("lm_numbers", out=tmp_path), resuming=True)
