"""A fast start: what help, lists and imports may load; mistyped commands; what a command line keeps between runs."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import subtheory
from subtheory import _compilation_cache
from subtheory.cli import main

ROOT = Path(__file__).parents[2]
HEAVY = ("jax", "flax", "optax", "scipy", "sklearn", "pandas", "matplotlib")


def loaded_by(code, names=HEAVY, **environment):
    found = f"[name for name in {names!r} if name in sys.modules]"
    script = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('LOADED', *{found})"
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, **environment},
    )  # fmt: skip
    return run.stdout.rsplit("LOADED", 1)[1].split()


@pytest.mark.parametrize(
    "code",
    [
        "import subtheory; subtheory.__version__",
        "from subtheory.cli import main; main(['--help'])",
        "from subtheory.cli import main; main(['lm', '--help'])",
        "from subtheory.cli import main; main(['lm', 'example', '--help'])",
        "from subtheory.cli import main; main(['verify', '--help'])",
        "from subtheory.cli import main; main(['course', '--help'])",
        "from subtheory.cli import main; main(['course', 'start', '--help'])",
        "from subtheory.cli import main; main(['course', 'list'])",
        "from subtheory.cli import main; main(['lab', '--help'])",
        "from subtheory.cli import main; main(['lab', '--path'])",
        "from subtheory.cli import main; main(['--print-completion', 'bash'])",
        "from experiments.__main__ import main; main(['list'])",
        "from experiments.__main__ import main; main(['run', '--help'])",
    ],
)
def test_help_and_lists_load_nothing_heavy(code):
    assert loaded_by(code) == []


def test_the_public_names_load_no_statistics_and_no_data_frames():
    code = "import subtheory as st; [getattr(st, name) for name in dir(st) if name not in ('lm',)]"
    assert loaded_by(code, ("jax", "scipy.stats", "sklearn", "pandas", "matplotlib")) == ["jax"]


def test_importing_keeps_no_compiled_programs(tmp_path):
    code = "import subtheory as st, jax; st.verify_step; jax.jit(lambda x: x + 1)(1.0)"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JAX_COMPILATION")}
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, env={**environment, "SUBTHEORY_CACHE": str(tmp_path)}
    )
    assert list(tmp_path.iterdir()) == []


def verify(tmp_path, *options):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JAX_COMPILATION")}
    return subprocess.Popen(
        [sys.executable, "-m", "subtheory", "verify", "--only", "T3", "--seeds", "1", *options],
        env={**environment, "SUBTHEORY_CACHE": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
def test_command_lines_keep_them_two_at_once_and_bounded_unless_told_not_to(tmp_path):
    both = [verify(tmp_path), verify(tmp_path)]
    said = [process.communicate(timeout=240) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    first, *progress = said[0][1].splitlines()
    (folder,) = (tmp_path / "compiled").iterdir()
    assert first == (f"computing on the CPU (--device gpu to ask otherwise); compiled programs are kept in {folder}.")
    assert [line.split("] ")[1] for line in progress if "verifying" not in line] == [
        "T3 equality cases: 6 of 6 as expected (1 of 1 done)"
    ]
    kept = sorted(path.name for path in folder.glob("*-cache"))
    assert kept
    assert all("Traceback" not in errors and "arning" not in errors for _, errors in said)
    _, errors = verify(tmp_path / "none", "--no-cache").communicate(timeout=240)
    assert "no compiled programs are kept" in errors
    assert not (tmp_path / "none").exists()


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path, monkeypatch):
    import jax

    (tmp_path / "file").touch()
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path / "file"))
    before = jax.config.values["jax_compilation_cache_dir"]
    jax.config.update("jax_compilation_cache_dir", None)
    try:
        assert _compilation_cache.use_compilation_cache() is None
        assert jax.config.values["jax_compilation_cache_dir"] is None
    finally:
        jax.config.update("jax_compilation_cache_dir", before)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["verfiy"], "subtheory: unknown command 'verfiy': did you mean 'verify'? known are verify, lm, lab, course."),
        (["lm", "auddit", "folder"], "subtheory: unknown command 'auddit': did you mean 'audit'?"),
        (["--print-completion", "tcsh"], "subtheory: --print-completion got tcsh; expected one of bash, zsh, fish."),
        (["--print-completion"], "subtheory: --print-completion got nothing; expected one of bash, zsh, fish."),
    ],
)
def test_a_mistyped_command_is_one_sentence_with_the_nearest(words, sentence, capsys):
    with pytest.raises(SystemExit) as stop:
        main(words)
    error = capsys.readouterr().err
    assert stop.value.code == 2
    assert error.startswith(sentence)
    assert error.count("\n") == 1


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert capsys.readouterr().out == f"subtheory {subtheory.__version__}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_commands_and_options(shell, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["--print-completion", shell])
    assert not stop.value.code
    said = capsys.readouterr().out
    for words in ("subtheory", "verify", "audit", "distil", "--seeds", "--own-samples"):
        assert words in said


def test_every_command_has_one_line_in_the_help_above(capsys):
    for words, names in (
        (["--help"], ("verify", "lm", "lab", "course")),
        (["lm", "--help"], ("audit", "report", "selftest", "verify", "distil", "generate", "example")),
    ):
        with pytest.raises(SystemExit):
            main(words)
        box = capsys.readouterr().out.split("(required)")[1]
        lines = [line for line in box.splitlines() if re.search(r"\w", line)]
        assert [re.findall(r"\w+", line)[0] for line in lines] == list(names)


def test_a_gpu_that_is_not_there_is_one_sentence():
    run = subprocess.run(
        [sys.executable, "-m", "subtheory", "verify", "--device", "gpu", "--only", "T3"],
        capture_output=True, text=True, check=False, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""},
    )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr.splitlines()[-1].startswith("subtheory: got --device gpu, but JAX finds no GPU; install one")
