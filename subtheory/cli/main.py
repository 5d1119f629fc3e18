"""From arguments to a command, and from what went wrong to one sentence and an exit code."""

from __future__ import annotations

import sys
from typing import Any

import tyro

from .lm import Lm
from .verify import Verify

COMMANDS: dict[str, Any] = {"verify": Verify, "lm": Lm}
"""Name → dataclass of options, whose ``run()`` returns the exit code."""

DESCRIPTION = (
    "Theory-first simulation of subliminal learning: verify the gradient-alignment theorem "
    "(Cloud, Le et al., arXiv 2507.14805)."
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake costs one sentence and exit code 2.

    Args:
        arguments: without the program's name; None takes the process's own.
    """
    command = tyro.extras.subcommand_cli_from_dict(
        COMMANDS,
        prog="subtheory",
        description=DESCRIPTION,
        args=arguments,
        config=(tyro.conf.FlagCreatePairsOff, tyro.conf.OmitArgPrefixes, tyro.conf.DisallowNone),
    )
    try:
        return command.run()
    except ValueError as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"subtheory: interrupted; {getattr(command, 'INTERRUPTED', 'nothing was written')}.", file=sys.stderr)
        return 130
