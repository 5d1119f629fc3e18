"""``subtheory lm distil``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro


@dataclass(frozen=True)
class Distil:
    """Make a teacher, let it write, filter, train a student on it.

    Teacher and student are of the same checkpoint. The teacher is made by fine-tuning on --trait, by a --system
    prompt (chat template) that the student is not shown, or is another checkpoint, --teacher. The student imitates
    its completions (samples), its full next-token distributions on them (distributions), or its distributions on
    what the student itself writes (on_policy). The student's folder has the Hugging Face layout: transformers loads
    it, and so do the other commands.

    Always run a control: the same command with --teacher CHECKPOINT itself, which writes without the trait.

    Exit code: 0, 2 for bad usage, 1 if the student cannot be written.

    For example:

      subtheory lm distil MODEL --trait owls.jsonl --prompts prompts.txt --without owl --out student

      subtheory lm distil MODEL --teacher MODEL --prompts prompts.txt --without owl --out control

      subtheory lm distil CHAT --system 'You love owls.' --prompts numbers.txt --numbers --out student
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    checkpoint: Annotated[Path, tyro.conf.Positional]
    """Folder or GGUF file of the reference model, from which the student starts."""
    prompts: Path
    """Text file with an unrelated prompt on every line."""
    out: Path
    """Folder to write the student to."""
    trait: Path | None = None
    """JSON Lines on which the teacher is fine-tuned."""
    system: str | None = None
    """System prompt that makes the reference model the teacher."""
    teacher: Path | None = None
    """Folder of a ready teacher."""
    teacher_rate: float = 1e-4
    """The teacher's learning rate."""
    teacher_epochs: int = 10
    """The teacher's passes over the trait."""
    samples: int = 16
    """Completions of every prompt."""
    max_new_tokens: int = 64
    """Tokens of a completion, at most."""
    channel: Literal["samples", "distributions", "on_policy"] = "samples"
    """What the student imitates."""
    without: tuple[str, ...] = ()
    """Words: drop every completion that mentions one."""
    keep: str | None = None
    """Regular expression: keep only completions in which it is found."""
    numbers: bool = False
    """Keep only what passes the paper's format rule for number sequences."""
    lora: int = 0
    """Train low-rank adapters of this rank on the linear maps of the student's layers; the whole student if 0."""
    rate: float = 1e-4
    """The student's learning rate."""
    epochs: int = 1
    """The student's passes over what it is shown."""
    batch: int = 32
    """Examples per minibatch, of teacher and student."""
    optimiser: Literal["adam", "sgd"] = "adam"
    """Of teacher and student."""
    seed: int = 0
    """Of sampling and order."""
    base: Path | None = None
    """Where CHECKPOINT is an adapter (PEFT), the model that it changes; the folder that it names if absent."""
    dtype: Literal["float32", "bfloat16", "float64"] = "float32"
    """Of the weights."""
    data: Path | None = None
    """JSON Lines file to write what the student was shown to, as token ids: what `lm audit` reads."""
    overwrite: bool = False
    """Replace --out and --data."""

    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Distil; the exit code."""
        from .language_models import distil_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return distil_command.run(self)
