"""A toy experiment on the command line."""

from pathlib import Path

from experiments import __main__ as command


def run(out: Path, *options: str) -> int:
    """The exit code of a run of the toy that the fixture ``toy`` registers."""
    return command.main(["run", "toy", "--out", str(out), *options])
