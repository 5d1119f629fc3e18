"""Jobs on a cluster, one per experiment, through submitit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from subtheory._atomic import writable_folder
from subtheory._checks import known_name

from .options import Submit

if TYPE_CHECKING:
    import submitit

CLUSTERS = ("slurm", "local")


class Job:
    """What a job does: the command line ``run``, in a process of its own."""

    def __call__(self, arguments: Sequence[str]) -> None:
        """Run it; RuntimeError unless it ends with 0."""
        from .__main__ import main

        code = main(arguments)
        if code:
            raise RuntimeError(f"`python -m experiments {' '.join(arguments)}` ended with exit code {code}.")

    def checkpoint(self, arguments: Sequence[str]) -> Any:
        """What is put into the queue when the job is stopped at its time limit or preempted: the same, once more."""
        import submitit

        return submitit.helpers.DelayedSubmission(self, arguments)


def executor(command: Submit) -> submitit.AutoExecutor:
    """What submits jobs of the size that is asked for.

    Raises:
        ValueError: if submitit is missing, the cluster is unknown or not there, or the size makes no sense.
    """
    known_name("cluster", command.cluster, CLUSTERS)
    sizes = {"minutes": command.minutes, "nodes": command.nodes, "tasks-per-node": command.tasks_per_node}
    for option, number in {**sizes, "cpus": command.cpus}.items():
        if number < 1:
            raise ValueError(f"--{option} is {number}; expected at least 1.")
    if command.cluster == "local" and (processes_of(command) > 1 or command.partition is not None):
        raise ValueError(
            "got --cluster local with several processes or a partition; expected one process per job: start several "
            "with `run --coordinator`, see docs/scaling.md."
        )
    try:
        import submitit
    except ImportError as error:
        raise ValueError(
            "submitit is not installed; expected the extra `cluster`: pip install -e '.[cluster]'."
        ) from error
    writable_folder(command.logs)
    try:
        jobs = submitit.AutoExecutor(command.logs, cluster=command.cluster)
    except RuntimeError as error:
        raise ValueError(
            "there is no SLURM here (no `srun` was found); submit where there is, or --cluster local."
        ) from error
    jobs.update_parameters(
        timeout_min=command.minutes,
        nodes=command.nodes,
        tasks_per_node=command.tasks_per_node,
        cpus_per_task=command.cpus,
        gpus_per_node=command.gpus_per_node,
    )
    if command.partition is not None:
        jobs.update_parameters(slurm_partition=command.partition)
    return jobs


def processes_of(command: Submit) -> int:
    """How many processes a job has."""
    return command.nodes * command.tasks_per_node


def arguments(command: Submit, name: str) -> list[str]:
    """The command line of one experiment's job: it goes on with what is there."""
    options = {
        "profile": command.profile,
        "out": command.out,
        "seeds": command.seeds,
        "data": command.data,
        "data-dir": command.data_dir,
        "checkpoint": command.checkpoint,
        "seeds-at-once": command.seeds_at_once,
    }
    given = [word for option, value in options.items() if value is not None for word in (f"--{option}", str(value))]
    return ["run", name, *given, "--resume", *(["--distributed"] if processes_of(command) > 1 else [])]
