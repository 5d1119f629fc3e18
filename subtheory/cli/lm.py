"""``subtheory lm``: commands on language models' checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypeAlias

import tyro

from .lm_audit import Audit
from .lm_distil import Distil
from .lm_generate import Generate
from .lm_verify import VerifyModel

Command: TypeAlias = (
    Annotated[Audit, tyro.conf.subcommand("audit")]
    | Annotated[VerifyModel, tyro.conf.subcommand("verify")]
    | Annotated[Distil, tyro.conf.subcommand("distil")]
    | Annotated[Generate, tyro.conf.subcommand("generate")]
)


@dataclass(frozen=True)
class Lm:
    """The same analysis on language models: local checkpoints in the Hugging Face layout, without PyTorch.

    Needs the extra `lm`: pip install 'subtheory[lm]'.
    """

    command: tyro.conf.OmitSubcommandPrefixes[Command]

    @property
    def INTERRUPTED(self) -> str:  # as the commands spell it
        """What to say when the command is interrupted."""
        return getattr(self.command, "INTERRUPTED", "nothing was written")

    def run(self) -> int:
        """Run the chosen command; the exit code."""
        return self.command.run()
