"""``subtheory lm audit``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import tyro


@dataclass(frozen=True)
class Audit:
    """Would training on a data set move a model towards a trait?

    However innocent the data look. The trait is given as a few examples that show it. Its direction v is the
    gradient step that makes them likelier. By T9 of docs/theory.md, the mean over the data set of s_v = d/dε log p
    is how far one training step on it moves the model along v, and it is the statistic that best tells "a teacher
    of the trait wrote this" from "the model itself did". It costs one Jacobian-vector product a batch. Welch's test
    holds it against a control.

    Files are JSON Lines: {"prompt": "One day,", "completion": " Tom ..."} on every line, text or lists of token ids; or
    {"messages": [...]} for models with a chat template; "id" may name an example. Other published layouts are known by
    their columns (question and answer, Alpaca, ShareGPT, ...), and so are JSON arrays, Parquet and gzip. Columns that
    are not read are named in the report.

    Of a conversation the last assistant turn is scored, given all before it; with --turns all every assistant turn is,
    as an example of its own, named ID/turn K. Turns of weight 0 never are.

    Without --control, the model's own samples on the data's prompts are the control: right for data that a copy of this
    model wrote. They end, are cut and go through text as the data did. For data from elsewhere (people, other models)
    give data of the same origin without the trait. Where ends, lengths or tokens of the two sides differ the report
    warns, and where they differ too much it gives no verdict.

    With --placebos K the same data are scored along K directions that are the trait's turned at random: do they speak
    for this trait, or for any direction? Several traits (--trait A --trait B) are one family, and their p-values are
    adjusted for it (Holm). --fail-above P makes the audit a gate: it ends with 3 if a trait's p-value is P or less.

    Exit code: 0 whatever was found, 2 for bad usage, 1 if the report cannot be written. With --fail-above: 3 if there
    is evidence above the level; 4 if there is none, but data and control cannot be compared (no verdict).

    For example:

      subtheory lm audit MODEL --trait owls.jsonl --data stories.jsonl

      subtheory lm audit MODEL --trait owls.jsonl --trait cats.jsonl --data stories.jsonl --fail-above 0.001

      subtheory lm audit MODEL --trait owls.jsonl --data big.jsonl --control clean.jsonl --json audit.json --resume
    """

    INTERRUPTED: ClassVar[str] = "what is finished is kept beside --json; give the same command with --resume to go on"

    checkpoint: Annotated[Path, tyro.conf.Positional]
    """Folder of the model, in the Hugging Face layout; or a GGUF file; or smollm2 (docs/how-to/a_real_model.md)."""
    data: Path
    """The data set to audit; streamed, so it may be of any length."""
    trait: Annotated[tuple[Path, ...], tyro.conf.UseAppendAction] = ()
    """Examples of the trait: prompts and completions that show it; once for every trait."""
    teacher: Path | None = None
    """In place of --trait, a teacher trained from the model: a checkpoint, or the folder of a LoRA adapter (PEFT)."""
    control: Path | None = None
    """What the same prompts yield without the trait; the model's own samples if absent."""
    turns: Literal["last", "all"] = "last"
    """Which assistant turns of a conversation are scored, in all files."""
    columns: str = ""
    """What is read of the data, as prompt=question,completion=answer or messages=talk; id=... may name examples."""
    chat: bool = False
    """Put prompts and completions of text into the chat template, as a user's turn and the reply, in all files."""
    parameters: tuple[str, ...] = ()
    """Patterns of parameter paths, such as layers/mlp or 'layers/*/bias': restrict the trait's direction to these."""
    base: Path | None = None
    """Where CHECKPOINT is an adapter (PEFT), the model that it changes; the folder that it names if absent."""
    rank: int | None = None
    """Truncate the direction's matrices to this rank; if absent, to one that leaves out 1 %, where that saves time."""
    dtype: Literal["float32", "bfloat16", "float64"] = "float32"
    """Of the weights; sums are in float32 or better."""
    own_samples: int = 1024
    """How many own samples are drawn where there is no control."""
    own_length: int | None = None
    """How many tokens each may have: what the data's writer was allowed; the data's longest completion if absent."""
    seed: int = 0
    """Of the own samples, the placebos and the permuted labels."""
    placebos: int = 0
    """How many placebo directions are scored: none, or at least 20. Each costs about half of what the trait costs."""
    fail_above: float | None = None
    """A gate: exit code 3 if the evidence is above this level, that is, if a trait's p-value is this or less."""
    keep: int = 5
    """How many of the most and least transmitting examples and tokens are shown."""
    window: int = 2048
    """Examples in memory at once; what is finished is kept after every window."""
    batch_tokens: int = 4096
    """Tokens computed at once: fewer take less memory."""
    json: Path | None = None
    """File to write the report to; FILE.partial keeps what is finished until then."""
    resume: bool = False
    """Go on with FILE.partial of a run that was interrupted or killed: the report has the same bytes."""
    overwrite: bool = False
    """Replace FILE, and throw away FILE.partial."""

    no_cache: bool = False
    """Keep no compiled programs. Otherwise they are kept in $SUBTHEORY_CACHE, or the platform's folder for caches."""

    def run(self) -> int:
        """Audit; the exit code."""
        from .language_models import audit_command  # only now, so that --help and bad usage answer at once
        from .process import prepare

        prepare(cache=not self.no_cache)
        return audit_command.run(self)
