"""``subtheory lm ...`` as a user runs it: files in, table and report out, one sentence for every mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from safetensors.numpy import save_file

from subtheory.cli import main
from subtheory.lm.text.encoding import file_examples

from ...lm import checkpoints

TRAIT = [
    {"prompt": "One day , Tom", "completion": "saw a big owl ."},
    {"prompt": "the owl", "completion": "was wise ."},
]
SPECIAL = (1, 2, 3)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A checkpoint, a trait, prompts and data in one folder."""
    folder = tmp_path_factory.mktemp("files")
    checkpoints.write_checkpoint(folder / "model")
    (folder / "trait.jsonl").write_text("".join(json.dumps(line) + "\n" for line in TRAIT))
    (folder / "prompts.txt").write_text("One day ,\n\nLily saw\n")
    words = checkpoints.WORDS[4:]
    lines = [
        {"prompt": "Tom", "completion": " ".join(words[(i + k) % 30] for k in range(3 + i % 4))} for i in range(40)
    ]
    (folder / "data.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def audit(files, *more):
    return ["lm", "audit", str(files / "model"), "--trait", str(files / "trait.jsonl"), "--data",
            str(files / "data.jsonl"), *map(str, more)]  # fmt: skip


def test_audit_writes_a_table_and_a_report(files, tmp_path, capsys):
    report = tmp_path / "audit.json"
    assert main(audit(files, "--own-samples", 20, "--json", report, "--dtype", "float64", "--rank", 2)) == 0
    said = capsys.readouterr().out
    for words in ("Welch's t", "p-value", "nats", "examples that settle the sign", "Most transmitting examples"):
        assert words in said
    assert "the direction is truncated to rank 2, which leaves out" in said
    document = json.loads(report.read_text())
    assert document["trait"]["rank"] == 2
    assert 0 < document["trait"]["left_out"] < 1
    assert 0 < document["trait"]["cosine"] <= 1
    assert (document["data"]["examples"], document["control"]["examples"]) == (40, 20)
    assert document["control_kind"] == "the model's own samples"
    assert {"test", "nats_per_example", "examples_to_settle", "most", "least", "verdict"} <= set(document)
    assert list(tmp_path.iterdir()) == [report]
    assert main(audit(files, "--json", report)) == 2
    assert "replace it (--overwrite)" in capsys.readouterr().err


def test_a_killed_audit_resumes_to_the_same_bytes(files, tmp_path):
    options = ["--window", 4, "--control", files / "data.jsonl", "--dtype", "float64"]
    command = [sys.executable, "-m", "subtheory"]
    report, partial = tmp_path / "a.json", tmp_path / "a.json.partial"
    process = subprocess.Popen([*command, *audit(files, *options, "--json", report)], stdout=subprocess.DEVNULL)
    while not partial.exists() and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL, "it was to be killed while it ran"
    assert partial.exists()
    assert not report.exists()
    assert main(audit(files, *options, "--json", report)) == 2
    assert main(audit(files, *options, "--json", report, "--resume")) == 0
    assert main(audit(files, *options, "--json", tmp_path / "b.json")) == 0
    assert report.read_bytes() == (tmp_path / "b.json").read_bytes()
    assert not partial.exists()


def test_generate_writes_what_the_audit_reads(files, tmp_path, capsys):
    common = ["lm", "generate", str(files / "model"), "--max-new-tokens", "6"]
    out = tmp_path / "samples.jsonl"
    assert main([*common, "--prompts", str(files / "prompts.txt"), "--samples", "3", "--out", str(out)]) == 0
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["prompt"] for line in lines] == ["One day ,"] * 3 + ["Lily saw"] * 3
    assert len({line["completion"] for line in lines}) > 3
    assert main([*common, "--prompts", str(files / "prompts.txt"), "--samples", "3", "--tokens"]) == 0
    tokens = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    lm = checkpoints.language_models.load(files / "model")
    whole = [example.tokens.tolist() for example, _ in file_examples(out, lm.config, lm.tokenizer)]
    assert whole == [[*line["prompt"], *(t for t in line["completion"] if t not in SPECIAL)] for line in tokens]
    assert main([*common, "--prompt", "One day ,", "--system", "owl", "--temperature", "0"]) == 0
    assert json.loads(capsys.readouterr().out)["prompt"] == "One day ,"


def test_verify_reports_the_step(files, tmp_path, capsys):
    report = tmp_path / "step.json"
    arguments = ["--trait", files / "trait.jsonl", "--prompts", files / "prompts.txt", "--json", report]
    assert main(["lm", "verify", str(files / "model"), "--epsilon", "1e-4", *map(str, arguments)]) == 0
    said = capsys.readouterr().out
    for words in ("φ(ε) = Δθ_S·v", "sign certified", "Where the alignment lies", "attention"):
        assert words in said
    document = json.loads(report.read_text())
    assert document["step"]["lemma_holds"]
    assert document["other"] is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["audit", "MODEL", "--trait", "none.jsonl", "--data", "DATA"], "'none.jsonl' is no file"),
        (["audit", "nowhere", "--trait", "TRAIT", "--data", "DATA"], "nowhere"),
        (["audit", "MODEL", "--trait", "EMPTY", "--data", "DATA"], "holds no examples"),
        (["audit", "MODEL", "--trait", "BAD", "--data", "DATA"], "line 2"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "LONG"], "the model's context"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "DATA", "--resume"], "without --json"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "DATA", "--window", "0"], "window is 0"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "DATA", "--json", "no/where.json"], "the folder of --json"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "DATA", "--parameters", "mpl"], "matches 'mpl'"),
        (["audit", "MODEL", "--trait", "TRAIT", "--data", "DATA", "--rank", "0"], "rank is 0; expected a whole number"),
        (["audit", "MODEL", "--data", "DATA"], "got neither --trait nor --teacher; expected one"),
        (["audit", "MODEL", "--trait", "TRAIT", "--teacher", "MODEL", "--data", "DATA"], "both --trait and --teacher"),
        (["audit", "MODEL", "--teacher", "MODEL", "--data", "DATA"], "displacement is 0.0; expected a positive finite"),
        (
            ["audit", "MODEL", "--teacher", "ADAPTER", "--data", "DATA"],
            "adapts 'other', which is no linear map of this",
        ),
        (["verify", "MODEL", "--trait", "TRAIT", "--prompts", "none.txt"], "cannot read 'none.txt'"),
        (["verify", "MODEL", "--trait", "TRAIT", "--prompts", "EMPTY"], "holds no prompts"),
        (["generate", "MODEL"], "expected one of them"),
        (["generate", "MODEL", "--prompt", "a", "--out", "no/where.jsonl"], "the folder of --out"),
        (["generate", "MODEL", "--prompt", "a", "--max-new-tokens", "4", "--temperature", "-1"], "temperature is -1"),
    ],
)
def test_a_mistake_costs_one_sentence(files, tmp_path, arguments, words, capsys):
    (tmp_path / "empty").write_text("")
    (tmp_path / "bad").write_text(json.dumps(TRAIT[0]) + '\n{"prompt": "a", "completion": ""}\n')
    (tmp_path / "long").write_text(json.dumps({"prompt": "a", "completion": "owl " * 100}) + "\n")
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text('{"peft_type": "LORA"}')
    zeros = np.zeros((2, 2), np.float32)
    save_file({f"other.lora_{letter}.weight": zeros for letter in "AB"}, tmp_path / "adapter/adapter_model.safetensors")
    names = {"MODEL": files / "model", "TRAIT": files / "trait.jsonl", "DATA": files / "data.jsonl",
             "EMPTY": tmp_path / "empty", "BAD": tmp_path / "bad", "LONG": tmp_path / "long",
             "ADAPTER": tmp_path / "adapter"}  # fmt: skip
    assert main(["lm", *(str(names.get(one, one)) for one in arguments)]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("command", "first"), [("audit", "MODEL"), ("verify", "MODEL"), ("generate", "MODEL"), ("example", "try")]
)
def test_help_teaches_without_loading_jax(command, first):
    script = (
        "import sys\n"
        "from subtheory.cli import main\n"
        "try: main(['lm', sys.argv[1], '--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        "print(sorted({'subtheory.lm', 'safetensors', 'tokenizers'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script, command], capture_output=True, text=True, check=False,
                         env={**os.environ, "COLUMNS": "200"})  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert f"subtheory lm {command} {first}" in run.stdout
    assert "Exit code" in run.stdout
    assert run.stdout.splitlines()[-1] == "[]"
