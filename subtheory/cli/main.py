"""From arguments to a command, and from what went wrong to one sentence and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from .._documentation import page
from .._extras import LANGUAGE_MODELS, MissingExtraError
from .commands import Group, parsed
from .course import ListCourse, StartCourse
from .lab import Lab
from .lm_audit import Audit
from .lm_distil import Distil
from .lm_example import Example
from .lm_generate import Generate
from .lm_report import Report
from .lm_selftest import SelfTest
from .lm_verify import VerifyModel
from .terminal import command_line
from .verify import Verify

ON_CHECKPOINTS = Group(
    "The same analysis on language models' checkpoints.\n\n"
    "Checkpoints are local folders in the Hugging Face layout, or GGUF files (extra `gguf`); nothing here needs "
    "PyTorch. Needs the extra `lm`: pip install 'subtheory[lm]'.",
    {
        "audit": Audit,
        "report": Report,
        "selftest": SelfTest,
        "verify": VerifyModel,
        "distil": Distil,
        "generate": Generate,
        "example": Example,
    },
    LANGUAGE_MODELS,
)
COURSE = Group(
    "Lessons as notebooks, with exercises that mark themselves.",
    {"start": StartCourse, "list": ListCourse},
)
COMMANDS = Group(
    "Theory-first simulation of subliminal learning: verify the gradient-alignment theorem (Cloud, Le et al., arXiv "
    "2507.14805).\n\n"
    f"What T0 to T16 state and how they are proved: {page('theory')}\n\n"
    "`subtheory COMMAND --help` says more about each. --version prints the version; --print-completion bash, zsh or "
    "fish what your shell needs to complete commands and options.",
    {"verify": Verify, "lm": ON_CHECKPOINTS, "lab": Lab, "course": COURSE},
)
"""Every command is a dataclass of options, whose ``run()`` returns the exit code."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; a user's mistake costs one sentence and exit code 2.

    Args:
        arguments: without the program's name; None takes the process's own.
    """
    with command_line(own=arguments is None):
        return _ended(arguments)


def _ended(arguments: Sequence[str] | None) -> int:
    command = None
    try:
        command = parsed(COMMANDS, "subtheory", arguments)
        return command.run()
    except (ValueError, MissingExtraError) as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever reads has seen enough (| head)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"subtheory: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"subtheory: interrupted; {getattr(command, 'INTERRUPTED', 'nothing was written')}.", file=sys.stderr)
        return 130
