"""``subtheory lm verify``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro


@dataclass(frozen=True)
class VerifyModel:
    """Hold the theorem on a language model: one step of both.

    Lemma 1 and Theorem 1, with one teacher step on a trait and one student step on unrelated text. The teacher
    takes one gradient step ε on the trait's completions. The student, from the same checkpoint, imitates the
    teacher's next-token distributions at every place of the prompts. Printed: φ(ε) = Δθ_S·v beside εA, their
    cosine, the trait loss beside its predicted change, whether the sign is certified at this ε, and each layer's
    share. With --samples the student imitates completions that the teacher writes as well; with --other, a student
    that starts from another checkpoint is the control, for which nothing is predicted.

    Exit code: 0 when the lemma and the theorem hold, 1 otherwise, 2 for bad usage.

    For example:

      subtheory lm verify MODEL --trait owls.jsonl --prompts prompts.txt

      subtheory lm verify MODEL --trait owls.jsonl --prompts prompts.txt --samples 64 --other MODEL2 --json step.json
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    checkpoint: Annotated[Path, tyro.conf.Positional]
    """Folder of the model, in the Hugging Face layout; or a GGUF file; or smollm2 (docs/how-to/a_real_model.md)."""
    trait: Path
    """JSON Lines of prompts and completions that show the trait."""
    prompts: Path
    """Text file with an unrelated prompt on every line."""
    other: Path | None = None
    """Second checkpoint of the same architecture: the student of the control starts there."""
    epsilon: float = 1e-3
    """The teacher's learning rate ε."""
    alpha: float = 1e-2
    """The student's learning rate α."""
    samples: int = 0
    """Completions that the teacher writes to every prompt; none if 0."""
    max_new_tokens: int = 48
    """Of a completion."""
    seed: int = 0
    """Of the sampling."""
    base: Path | None = None
    """Where CHECKPOINT is an adapter (PEFT), the model that it changes; the folder that it names if absent."""
    dtype: Literal["float32", "float64"] = "float64"
    """In which everything is computed."""
    batch_tokens: int = 4096
    """Tokens computed at once where sequences are batched."""
    json: Path | None = None
    """File to write the report to."""
    overwrite: bool = False
    """Replace --json."""

    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Verify; the exit code."""
        from .language_models import verify_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return verify_command.run(self)
