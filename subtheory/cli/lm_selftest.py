"""``subtheory lm selftest``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro


@dataclass(frozen=True)
class SelfTest:
    """How weak a trait would an audit of this model find?

    A known trait is planted at a known strength: a teacher is put so far along the trait's direction that its texts
    score --strength standard deviations above the model's own. What it writes is mixed into the model's own texts, a
    share (dose) at a time, and the mixtures are audited many times over. The report says at which dose the audit finds
    it four times out of five, and how often it cries without cause.

    It costs the writing and scoring of three times --pool examples, and of up to 1 280 that find how far the teacher
    has to stand; repeating the audits costs nothing beside that.

    Exit code: 0 whatever was found, 2 for bad usage, 1 if the report cannot be written.

    For example:

      subtheory lm selftest MODEL

      subtheory lm selftest MODEL --trait owls.jsonl --prompts prompts.txt --examples 512 --pool 2048
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    checkpoint: Annotated[Path, tyro.conf.Positional]
    """Folder of the model, in the Hugging Face layout; or a GGUF file; or smollm2 (docs/how-to/a_real_model.md)."""
    trait: Path | None = None
    """Examples of the trait to plant; a few of the model's own texts stand for one if absent."""
    prompts: Path | None = None
    """Text file with a prompt on every line, to which texts are written; the empty text if absent."""
    examples: int = 256
    """Of the audits whose power is asked for, data and control each."""
    pool: int = 1024
    """Examples that the teacher writes; the model itself writes twice as many."""
    max_new_tokens: int = 32
    """Tokens of an example, at most."""
    strength: float = 1.0
    """How far the teacher's scores lie above the model's own, in standard deviations."""
    level: float = 0.001
    """The p-value at which a trait counts as found: that of the gate (--fail-above) which you mean to use."""
    repetitions: int = 400
    """Audits for every dose."""
    seed: int = 0
    """Of all that is drawn."""
    dtype: Literal["float32", "bfloat16", "float64"] = "float32"
    """Of the weights."""
    batch_tokens: int = 4096
    """Tokens scored at once: fewer take less memory."""
    json: Path | None = None
    """File to write the report to."""
    overwrite: bool = False
    """Replace FILE."""

    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Test; the exit code."""
        from .language_models import selftest_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return selftest_command.run(self)
