"""What the command line of the experiments takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class List:
    """List the experiments room by room: name, cost, what each measures."""

    paper: Annotated[str | None, tyro.conf.arg(metavar="PART")] = None
    """Only those that regenerate one thing of the paper, such as "figure 8"."""


@dataclass(frozen=True)
class Show:
    """Say all about one experiment: what to expect, and its profiles."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """An experiment's name (see `list`)."""


@dataclass(frozen=True)
class Check:
    """Say which records are stale: made by another configuration, other code, or of development seeds.

    Exit code: 0 if none is, 1 if one is, 2 for bad usage.
    """

    names: Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="NAME")] = ()
    """Experiments; all that have a record if none is given."""
    records: Path | None = None
    """The folder of records; the committed ones if absent."""


@dataclass(frozen=True)
class What:
    """What is run, and where its record goes."""

    name: Annotated[tyro.conf.Positional[str], tyro.conf.arg(metavar="NAME")]
    """An experiment's name (see `list`), or `all`."""
    profile: str = "quick"
    """quick: to see the effect. paper: the numbers of the figures. `list` says what each costs."""
    out: Path = Path("out")
    """The folder of records, created if need be."""
    seeds: int | None = None
    """How many seeds, instead of the profile's. Fewer seeds are a prefix of more."""
    data: str | None = None
    """digits (embedded), mnist, or a name of your own for the data set in --data-dir, instead of the profile's."""
    data_dir: Path | None = None
    """The folder with four idx files: MNIST's for --data mnist, or those of any data set in its layout."""
    checkpoint: Path | None = None
    """The folder of stories260k, for experiments on a language model; $SUBTHEORY_STORIES260K if absent."""
    seeds_at_once: Annotated[int | str, tyro.conf.arg(metavar="N|auto")] = 1
    """Seeds a device computes in one program. auto: as many as a GPU's memory takes; 1 on a CPU: more gain nothing."""
    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""


@dataclass(frozen=True)
class Run(What):
    """Run one experiment, or all of them.

    Each one's record goes to OUT/NAME/. A record is raw rows (results.csv) and how they were made (run.json).
    Nothing is replaced unless you say so. A run that was interrupted or killed keeps its finished parts: give the
    same command again with --resume, and results.csv comes out the same, byte for byte, as if nothing had happened.

    Many seeds at once, several devices, several processes: docs/scaling.md
    """

    resume: bool = False
    """Go on with an interrupted run; leave finished records as they are."""
    overwrite: bool = False
    """Replace existing records and throw away interrupted runs."""
    distributed: bool = False
    """One of several processes, which JAX detects: SLURM, Open MPI, TPU."""
    coordinator: str | None = None
    """HOST:PORT of process 0, where JAX detects nothing."""
    processes: int | None = None
    """How many processes there are, with --coordinator."""
    process: int | None = None
    """Which of them this is, from 0, with --coordinator."""


@dataclass(frozen=True)
class Submit(What):
    """Submit experiments to a cluster, one job each (extra `cluster`).

    A job goes on with what an earlier one left, and leaves finished records as they are: submit again what did not
    finish. One that SLURM stops at its time limit, or preempts, is put back into the queue and goes on.

    More of it: docs/scaling.md
    """

    cluster: str = "slurm"
    """slurm, or local: processes on this machine."""
    logs: Path = Path("out/jobs")
    """The folder of the jobs' scripts and logs, which all machines must see."""
    minutes: int = 240
    """Each job's time limit."""
    nodes: int = 1
    """Machines per job."""
    tasks_per_node: int = 1
    """Processes per machine; with more than one process in all they share the seeds."""
    cpus: int = 2
    """Processor cores per process."""
    gpus_per_node: int = 0
    """GPUs per machine."""
    partition: str | None = None
    """SLURM's partition; None takes its default."""
    wait: bool = False
    """Wait for the jobs, and fail if one fails."""


COMMANDS: Mapping[str, type] = {"list": List, "show": Show, "check": Check, "run": Run, "submit": Submit}
