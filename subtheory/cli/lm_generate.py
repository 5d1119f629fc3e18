"""``subtheory lm generate``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro


@dataclass(frozen=True)
class Generate:
    """Complete prompts, as JSON Lines for the other commands.

    Every prompt has a random key of its own: prompt i of the same file and seed gets the same completions, however many
    others there are.

    Exit code: 0, 2 for bad usage, 1 if the file cannot be written.

    For example:

      subtheory lm generate MODEL --prompt 'One day, Tom' --temperature 0

      subtheory lm generate MODEL --prompts prompts.txt --samples 10 --out samples.jsonl
    """

    INTERRUPTED: ClassVar[str] = "nothing was written"

    checkpoint: Annotated[Path, tyro.conf.Positional]
    """Folder of the model, in the Hugging Face layout; or a GGUF file; or smollm2 (docs/how-to/a_real_model.md)."""
    prompts: Path | None = None
    """Text file with a prompt on every line."""
    prompt: str | None = None
    """One prompt, in place of --prompts."""
    system: str | None = None
    """System prompt, put before every prompt by the model's chat template; it is not written to --out."""
    samples: int = 1
    """Completions for every prompt."""
    max_new_tokens: int = 64
    """Tokens of a completion, at most."""
    temperature: float = 1.0
    """Of the sampling; 0 takes the likeliest token."""
    top_k: int | None = None
    """Sample among the k likeliest tokens only."""
    top_p: float | None = None
    """Sample among the likeliest tokens that together have this probability only."""
    seed: int = 0
    """Of the sampling."""
    base: Path | None = None
    """Where CHECKPOINT is an adapter (PEFT), the model that it changes; the folder that it names if absent."""
    dtype: Literal["float32", "bfloat16", "float64"] = "float32"
    """Of the weights."""
    tokens: bool = False
    """Write token ids in place of text: exactly what was sampled, which text encoded again may not be."""
    out: Path | None = None
    """JSON Lines file to write; to the terminal if absent."""
    overwrite: bool = False
    """Replace --out."""

    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Generate; the exit code."""
        from .language_models import generate_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return generate_command.run(self)
