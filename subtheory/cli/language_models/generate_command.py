"""Generation for the command line's own process: prompts from a file, completions to another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jax
from rich.console import Console

from ..._atomic import write_file
from ..._keys import key_for
from ..._progress import progress
from ...lm.generation.generate import generate
from ...lm.model import LanguageModel
from ...lm.text.prompts import continuation_text, encoded_prompts, read_prompts
from .models import model_of


def run(options: Any) -> int:
    """Generate as the options of ``subtheory lm generate`` say.

    Raises:
        ValueError: bad options, files or checkpoint, in one sentence.
        OSError: the file cannot be written.
    """
    if (options.prompts is None) == (options.prompt is None):
        raise ValueError("got both or neither of --prompts and --prompt; expected one of them.")
    if options.samples < 1:
        raise ValueError(f"samples is {options.samples}; expected at least 1.")
    if options.out is not None and (options.out.exists() and not options.overwrite):
        raise ValueError(f"{str(options.out)!r} exists; replace it (--overwrite), or choose another file.")
    if options.out is not None and not options.out.parent.is_dir():
        raise ValueError(f"the folder of --out {options.out} does not exist; expected an existing one.")
    prompts = [options.prompt] if options.prompts is None else read_prompts(options.prompts)
    if options.dtype == "float64":
        jax.config.update("jax_enable_x64", True)
    lm = model_of(options)
    lines = written(lm, prompts, options)
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if options.out is None:
        print(content, end="")
    else:
        write_file(Path(options.out), content.encode())
    return 0


def written(lm: LanguageModel, prompts: list[str], options: Any) -> list[dict[str, Any]]:
    """A prompt and a completion for each line, all samples of a prompt together."""
    ids = encoded_prompts(lm, prompts, options.system)
    drawn = []
    with progress(Console(stderr=True), f"completing {len(ids):,} prompts", options.samples) as say:
        for sample in range(options.samples):
            key = key_for(options.seed, "generate", sample)
            drawn.append(
                generate(lm, ids, options.max_new_tokens, options.temperature, options.top_k, options.top_p, key=key)
            )
            say(f"completing {len(ids):,} prompts", sample + 1)
    lines = []
    for place, prompt in enumerate(prompts):
        for one in drawn:
            tokens = one.tokens[place].tolist()
            if options.tokens:
                lines.append({"prompt": ids[place], "completion": tokens})
            else:
                lines.append({"prompt": prompt, "completion": continuation_text(lm.tokenizer, ids[place], tokens)})
    return lines
