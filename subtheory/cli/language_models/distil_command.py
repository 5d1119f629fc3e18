"""One distillation for the command line's own process: teacher, student, files."""

from __future__ import annotations

import json
from typing import Any

import jax
import numpy as np
from rich.console import Console

from ..._atomic import writable_folder, write_file
from ..._keys import key_for
from ..._progress import progress
from ...lm.audit.scoring import Workload, mean_gradient
from ...lm.checkpoint.folder import save
from ...lm.coordinates.coordinates import merged
from ...lm.coordinates.lora import lora
from ...lm.distillation import filters
from ...lm.distillation.distil import distil, fine_tuned
from ...lm.distillation.training import Recipe
from ...lm.model import LanguageModel
from ...lm.text.prompts import read_prompts
from .models import model_of
from .output import trait_examples


def run(options: Any) -> int:
    """Distil as the options of ``subtheory lm distil`` say.

    Raises:
        ValueError: bad options, files or checkpoints, in one sentence.
        OSError: the student cannot be written.
    """
    _check(options)
    prompts = read_prompts(options.prompts)
    keep = _filters(options)
    student_recipe = Recipe(options.rate, options.batch, options.epochs, options.optimiser)
    teacher_recipe = Recipe(options.teacher_rate, options.batch, options.teacher_epochs, options.optimiser)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    lm = model_of(options)
    trait = None if options.trait is None else trait_examples(options.trait, lm)
    writable_folder(options.out)
    with progress(Console(stderr=True), "the teacher") as say:
        teacher = lm if options.teacher is None else model_of(options, options.teacher)
        if trait is not None:
            teacher = fine_tuned(lm, trait, teacher_recipe, key_for(options.seed, "teacher's order"))
        say("the teacher writes")
        student = lm
        if options.lora:
            student = lora(lm, ["layers/attention", "layers/mlp"], options.lora, key=key_for(options.seed, "adapters"))
        made = distil(
            student, teacher, prompts, student_recipe, samples=options.samples, max_new_tokens=options.max_new_tokens,
            channel=options.channel, keep=keep, system=options.system, seed=options.seed,
            progress=lambda step, loss: say(f"the student: step {step}, loss {loss:.4g}"),
        )  # fmt: skip
    student = merged(made.student)
    save(student, options.out)
    if made.corpus is not None:
        print(f"kept {len(made.corpus.examples):,} of {made.corpus.written:,} completions ({made.corpus.kept:.1%})")
        if options.data is not None:
            lines = [{"prompt": e.prompt.tolist(), "completion": e.completion.tolist()} for e in made.corpus.examples]
            write_file(options.data, "".join(json.dumps(line) + "\n" for line in lines).encode())
    if trait is not None:
        losses = [_loss(model, trait) for model in (lm, teacher, student)]
        print("trait loss, nats per token: reference {:.4f}, teacher {:.4f}, student {:.4f}".format(*losses))
    print(f"the student is in {options.out}")
    return 0


def _check(options: Any) -> None:
    given = [name for name in ("trait", "system", "teacher") if getattr(options, name) is not None]
    if len(given) != 1:
        raise ValueError(f"got {' and '.join(given) or 'no teacher'}; expected one of --trait, --system and --teacher.")
    if options.samples < 1:
        raise ValueError(f"samples is {options.samples}; expected at least 1.")
    if options.lora < 0:
        raise ValueError(f"lora is {options.lora}; expected a rank, or 0 to train the whole student.")
    if options.data is not None and options.channel == "on_policy":
        raise ValueError("got --data with --channel on_policy, where the student writes anew; leave it out.")
    for path in (options.out, options.data):
        taken = path is not None and path.exists() and (not path.is_dir() or any(path.iterdir()))
        if taken and not options.overwrite:
            raise ValueError(f"{str(path)!r} exists; replace it (--overwrite), or choose another place.")
    if options.data is not None and not options.data.parent.is_dir():
        raise ValueError(f"the folder of --data {options.data} does not exist; expected an existing one.")


def _filters(options: Any) -> list[filters.Filter]:
    rules = [filters.without(options.without)] if options.without else []
    rules += [filters.matching(options.keep)] if options.keep is not None else []
    return rules + ([filters.number_sequence] if options.numbers else [])


def _loss(lm: LanguageModel, trait: Any) -> float:
    return float(np.float64(mean_gradient(lm.apply, lm.params, trait, Workload(longest=lm.config.context))[1]))
