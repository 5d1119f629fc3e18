"""Jobs through submitit: its local executor runs them in processes of their own; odd sizes are refused."""

import sys

import pytest

from experiments import __main__ as command
from experiments import submission
from experiments.options import Submit
from subtheory import record

pytest.importorskip("submitit")


def test_jobs_run_elsewhere_and_failures_come_back(tmp_path, monkeypatch):
    monkeypatch.chdir(submission.__file__.rsplit("/", 2)[0])
    jobs = submission.executor(Submit("all", cluster="local", logs=tmp_path / "logs"))
    good, bad = (jobs.submit(submission.Job(), words) for words in (["list"], ["run", "filtering_lav"]))
    assert good.result() is None
    assert "filtering_law: " in good.stdout()
    error = bad.exception()
    assert "`python -m experiments run filtering_lav` ended with exit code 2." in str(error)
    assert "unknown experiment 'filtering_lav': did you mean 'filtering_law'?" in bad.stderr()


@pytest.mark.slow
def test_a_submitted_experiment_leaves_its_record_and_is_not_run_twice(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(submission.__file__.rsplit("/", 2)[0])
    options = ["--out", str(tmp_path), "--logs", str(tmp_path / "logs"), "--cluster", "local", "--wait", "--seeds", "1"]
    assert command.main(["submit", "filtering_law", *options]) == 0
    assert "filtering_law: done" in capsys.readouterr().out
    written = (tmp_path / "filtering_law" / "run.json").read_bytes()
    assert record.read(tmp_path / "filtering_law").run["seeds"] == [0]
    assert command.main(["submit", "filtering_law", *options]) == 0
    assert (tmp_path / "filtering_law" / "run.json").read_bytes() == written


def test_a_job_goes_on_with_what_is_there_and_is_told_all(tmp_path):
    asked = Submit("mnist_aux_logits", profile="paper", out=tmp_path, seeds=100, data_dir=tmp_path, seeds_at_once=4)
    words = submission.arguments(asked, "mnist_aux_logits")
    assert words[:2] == ["run", "mnist_aux_logits"]
    options = dict(zip(words[2:-1:2], words[3:-1:2], strict=True))
    assert options == {
        "--profile": "paper", "--out": str(tmp_path), "--seeds": "100", "--data-dir": str(tmp_path),
        "--seeds-at-once": "4",
    }  # fmt: skip
    assert words[-1] == "--resume"
    many = submission.arguments(Submit("mnist_aux_logits", nodes=2), "mnist_aux_logits")
    assert many[-2:] == ["--resume", "--distributed"]


def test_a_job_that_is_stopped_is_put_back_as_it_was():
    again = submission.Job().checkpoint(["run", "alignment_rate", "--resume"])
    assert isinstance(again.function, submission.Job)
    assert again.args == (["run", "alignment_rate", "--resume"],)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--cluster", "slrum"], "unknown cluster 'slrum': did you mean 'slurm'?"),
        (["--minutes", "0"], "--minutes is 0; expected at least 1."),
        (["--cluster", "local", "--partition", "p"], "got --cluster local with several processes or a partition"),
        (["--nodes", "2"], "the experiment 'filtering_law' runs in one process, got 2"),
        (["--profile", "papr"], "unknown profile 'papr': did you mean 'paper'?"),
        (["--logs", "file/logs", "--cluster", "local"], "cannot write to 'file/logs'"),
    ],
)
def test_mistakes_are_one_sentence(options, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    assert command.main(["submit", "filtering_law", *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert sentence in error
    assert error.count("\n") == 1


def test_submitit_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "submitit", None)
    with pytest.raises(ValueError, match=r"submitit is not installed; expected the extra `cluster`"):
        submission.executor(Submit("all"))


def test_no_slurm_here(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"there is no SLURM here .no `srun` was found.; submit where there is"):
        submission.executor(Submit("all", logs=tmp_path))
