"""The command line of the experiments: ``python -m experiments list | show NAME | run NAME | submit NAME``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rich.console import Console

from subtheory._atomic import WriteError
from subtheory._documentation import page
from subtheory._extras import MissingExtraError
from subtheory.cli.commands import Group, parsed
from subtheory.cli.terminal import command_line

from .harness import listing
from .harness.exits import BAD_USAGE, FAILED, INTERRUPTED, OK
from .harness.options import COMMANDS, Check, List, Show, Submit

DESCRIPTION = f"""Measure the claims of the gradient-alignment theorem and keep the raw numbers.

What is measured and what came out: {page("experiments/index")}

For example:

  python -m experiments list

  python -m experiments list --paper "figure 8"

  python -m experiments show alignment_rate

  python -m experiments run alignment_rate

  python -m experiments run all --profile paper --data-dir MNIST --out records

  python -m experiments run alignment_rate --data mnist --data-dir MNIST --seeds 20

  python -m experiments submit all --profile paper --data-dir MNIST --out records"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the program's name; None takes the process's own.

    Returns:
        0, or 1 if a record could not be written, 2 on bad usage, 130 if interrupted.
    """
    with command_line(own=arguments is None):
        return _ended(arguments)


def _ended(arguments: Sequence[str] | None) -> int:
    errors = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    try:
        command = parsed(Group(DESCRIPTION, COMMANDS), "python -m experiments", arguments)
        if isinstance(command, List | Show | Check):
            return _said(command, errors)
        from .harness import execution, submission  # JAX is loaded only where something is run

        if isinstance(command, Submit):
            return submission.submit(command, errors)
        return execution.run(command, errors)
    except KeyboardInterrupt:
        errors.print("interrupted: finished parts are kept; give the same command with --resume to go on.")
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads has seen enough (| head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except WriteError as error:
        errors.print(f"error: {error}")
        return FAILED


def _said(command: List | Show | Check, errors: Console) -> int:
    try:
        if isinstance(command, Check):
            from .harness import checking

            return checking.said(command.names, command.records)
        return listing.everything(command.paper) if isinstance(command, List) else listing.one(command.name)
    except (ValueError, MissingExtraError) as error:
        errors.print(f"error: {error}")
        return BAD_USAGE


if __name__ == "__main__":
    sys.exit(main())
