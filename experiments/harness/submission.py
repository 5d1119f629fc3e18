"""Jobs on a cluster, one per experiment, through submitit."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from rich.console import Console

from subtheory._atomic import writable_folder
from subtheory._documentation import page
from subtheory._extras import MissingExtraError, library, needs
from subtheory._names import known_name

from . import execution, runner
from .exits import BAD_USAGE, FAILED, OK
from .options import Run, Submit, What

if TYPE_CHECKING:
    import submitit

SUBMITIT = ("submitting experiments", "cluster", "submitit")
CLUSTERS = ("slurm", "local")


class Job:
    """What a job does: run one experiment, in a process of its own."""

    def __call__(self, command: Run) -> None:
        """Run it; RuntimeError unless it ends with 0."""
        code = execution.run(command, Console(stderr=True, soft_wrap=True, highlight=False, markup=False))
        if code:
            raise RuntimeError(f"`python -m experiments run {command.name}` ended with exit code {code}.")

    def checkpoint(self, command: Run) -> Any:
        """What is put into the queue when the job is stopped at its time limit or preempted: the same, once more."""
        import submitit

        return submitit.helpers.DelayedSubmission(self, command)


def executor(command: Submit) -> submitit.AutoExecutor:
    """What submits jobs of the size that is asked for.

    Raises:
        ValueError: if the cluster is unknown or not there, or the size makes no sense.
        MissingExtraError: if submitit is not installed.
    """
    known_name("cluster", command.cluster, CLUSTERS)
    sizes = {"minutes": command.minutes, "nodes": command.nodes, "tasks-per-node": command.tasks_per_node}
    for option, number in {**sizes, "cpus": command.cpus}.items():
        if number < 1:
            raise ValueError(f"--{option} is {number}; expected at least 1.")
    if command.cluster == "local" and (processes_of(command) > 1 or command.partition is not None):
        raise ValueError(
            "got --cluster local with several processes or a partition; expected one process per job: start several "
            f"with `run --coordinator`, see {page('scaling')}."
        )
    submitit = library(*SUBMITIT)
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


def as_run(command: Submit, name: str) -> Run:
    """What one experiment's job runs: it goes on with what is there."""
    shared = {field.name: getattr(command, field.name) for field in dataclasses.fields(What)}
    return Run(**{**shared, "name": name}, resume=True, distributed=processes_of(command) > 1)


def submit(command: Submit, errors: Console) -> int:
    """Submit one experiment or all, one job each; the exit code.

    Args:
        command: what is submitted.
        errors: where mistakes and failures are said.
    """
    try:
        needs(*SUBMITIT)  # before anything is written
        plans = execution.prepared(command, resuming=True)[0]
        for plan in plans:
            runner.check_together(plan.name, plan.module, plan.together, processes_of(command))
        jobs = executor(command)
    except (ValueError, MissingExtraError) as error:
        errors.print(f"error: {error}")
        return BAD_USAGE
    started = {plan.name: jobs.submit(Job(), as_run(command, plan.name)) for plan in plans}
    for name, job in started.items():
        print(f"{name}: job {job.job_id}, {job.paths.stdout}", flush=True)
    failed = False
    for name, job in started.items() if command.wait else ():
        error = job.exception()
        failed |= error is not None
        if error is not None:
            errors.print(f"error: {name} failed; the reason is in {job.paths.stderr}.")
        else:
            print(f"{name}: done, {command.out / name}", flush=True)
    return FAILED if failed else OK
