"""Jobs through submitit: its local executor runs them in processes of their own; odd sizes are refused."""

import sys

import pytest

from experiments import __main__ as command
from experiments.harness import submission
from experiments.harness.options import Run, Submit
from subtheory import record
from subtheory._extras import MissingExtraError

pytest.importorskip("submitit")


def test_jobs_run_elsewhere_and_failures_come_back(tmp_path, monkeypatch):
    monkeypatch.chdir(submission.__file__.rsplit("/", 2)[0])
    jobs = submission.executor(Submit("all", cluster="local", logs=tmp_path / "logs"))
    wanted = Run("filtering_law", seeds=1, out=tmp_path / "out")
    good, bad = (jobs.submit(submission.Job(), run) for run in (wanted, Run("filtering_lav")))
    assert good.result() is None
    assert "filtering_law: done" in good.stdout()
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
    assert submission.as_run(asked, "mnist_aux_logits") == Run(
        "mnist_aux_logits", profile="paper", out=tmp_path, seeds=100, data_dir=tmp_path, seeds_at_once=4, resume=True
    )
    several = submission.as_run(Submit("all", nodes=2), "mnist_aux_logits")
    assert (several.name, several.resume, several.distributed) == ("mnist_aux_logits", True, True)


def test_a_job_that_is_stopped_is_put_back_as_it_was():
    again = submission.Job().checkpoint(Run("alignment_rate", resume=True))
    assert isinstance(again.function, submission.Job)
    assert again.args == (Run("alignment_rate", resume=True),)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--cluster", "slrum"], "unknown cluster 'slrum': did you mean 'slurm'?"),
        (["--minutes", "0"], "--minutes is 0; expected at least 1."),
        (["--cluster", "local", "--partition", "p"], "got --cluster local with several processes or a partition"),
        (["--nodes", "2"], "the experiment 'filtering_law' runs in one process, got 2"),
        (["--seeds-at-once", "many"], "got --seeds-at-once many; expected a number of at least 1, or auto."),
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
    with pytest.raises(MissingExtraError, match=r"needs submitit, .* pip install 'subtheory\[cluster\]'"):
        submission.executor(Submit("all"))


def test_no_slurm_here(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ValueError, match=r"there is no SLURM here .no `srun` was found.; submit where there is"):
        submission.executor(Submit("all", logs=tmp_path))
