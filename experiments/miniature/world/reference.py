"""Reference models: decoders pretrained on the world's documents, kept in a cache in the Hugging Face layout."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from subtheory import _atomic
from subtheory._compilation_cache import cache_folder
from subtheory._keys import key_for
from subtheory._names import known_name
from subtheory._typing import Params
from subtheory.lm.checkpoint.folder import load, save
from subtheory.lm.decoder.config import DecoderConfig
from subtheory.lm.decoder.rope import Rope
from subtheory.lm.model import LanguageModel, initialise
from subtheory.lm.text.tokenizer_files import load_tokenizer
from subtheory.provenance import config_hash
from subtheory.simulation.training import optimiser_steps

from .documents import Mix, documents
from .learning import answer_loss
from .vocabulary import END, PAD, save_tokenizer, words

SEGMENT = 250
"""Steps between two savings of an unfinished training."""


@dataclass(frozen=True)
class Pretraining:
    """A reference model's shape and training, all in plain values; the cache is keyed by it.

    Attributes:
        family: of the decoder, one of ``st.lm.FAMILIES``.
        width: of the residual stream.
        layers: how many.
        heads: per layer.
        mlp_width: units of the perceptron.
        steps: of Adam, its learning rate rising over the first hundred and falling along a cosine.
        batch: documents per step, all of them new.
        rate: the largest learning rate.
        mix: what the documents are made of.
    """

    family: str = "llama"
    width: int = 32
    layers: int = 2
    heads: int = 2
    mlp_width: int = 96
    steps: int = 1500
    batch: int = 64
    rate: float = 4e-3
    mix: Mix = field(default_factory=Mix)

    def decoder(self) -> DecoderConfig:
        """The decoder's configuration."""
        neox = dict(normalisation="layer", activation="gelu", gated=False, parallel_residual=True)
        biases = dict(query_key_value_bias=True, output_bias=True, mlp_bias=True)
        known_name("family of reference models", self.family, ("llama", "gpt_neox"))
        return DecoderConfig(
            family=self.family, vocabulary=len(words()), width=self.width, layers=self.layers, heads=self.heads,
            mlp_width=self.mlp_width, context=256, eos=(END,), pad=PAD,
            **({**neox, **biases, "rope": Rope(self.width // self.heads // 4)} if self.family == "gpt_neox" else {}),
        )  # fmt: skip


SIZES = MappingProxyType(
    {
        "tiny": Pretraining(width=16, layers=1, mlp_width=48),
        "small": Pretraining(),
        "medium": Pretraining(width=48, mlp_width=144),
        "large": Pretraining(width=64, mlp_width=192),
        "neox": Pretraining(family="gpt_neox", mlp_width=128),
    }
)
"""Four sizes of one architecture, and another architecture of the second one's width."""


@lru_cache(maxsize=1)
def world_tokenizer():
    """The world's tokenizer, as a checkpoint carries it."""
    with tempfile.TemporaryDirectory() as folder:
        save_tokenizer(folder)
        return load_tokenizer(Path(folder))


def reference(
    pretraining: Pretraining,
    seed: int,
    data_seed: int | None = None,
    cache: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
    beginning: tuple[str, Callable[[Params], Params]] | None = None,
) -> LanguageModel:
    """The reference model of that configuration and seed, from the cache or trained now (a minute or two).

    A training that was killed goes on from its last segment, with the same numbers as an uninterrupted one.

    Args:
        pretraining: shape and training.
        seed: of the initial parameters.
        data_seed: of the documents, the same seed if absent.
        cache: the folder of reference models, ``cache_folder()`` if absent.
        progress: called with the number of steps done and their total.
        beginning: a change of the initial parameters, and the name by which the cache tells it from others.

    Raises:
        ValueError: if the cache cannot be written.
    """
    data_seed = seed if data_seed is None else data_seed
    named = {} if beginning is None else {"beginning": beginning[0]}
    made_by = {"pretraining": config_hash(pretraining), "seed": seed, "data seed": data_seed, "world": 1, **named}
    key = config_hash(made_by)
    folder = (cache_folder() if cache is None else Path(cache)) / "references" / key[:20]
    if (folder / "config.json").is_file():
        return load(folder)
    _atomic.writable_folder(folder.parent)
    fresh = initialise(pretraining.decoder(), key_for(seed, "reference init"), tokenizer=world_tokenizer())
    fresh = fresh if beginning is None else fresh.with_params(beginning[1](fresh.params))
    unfinished = folder.parent / f"{folder.name}.unfinished.npz"
    params = _trained(pretraining, fresh, data_seed, unfinished, progress or (lambda done, total: None))
    _publish(fresh.with_params(params), folder)
    unfinished.unlink(missing_ok=True)
    return load(folder)


def _trained(pretraining: Pretraining, fresh: LanguageModel, data_seed: int, unfinished: Path, progress) -> Params:
    optimiser = _optimiser(pretraining)
    train = _segment(fresh.apply, pretraining)
    with jax.numpy_dtype_promotion("standard"):
        state = (fresh.params, optimiser.init(fresh.params))
    leaves, structure = jax.tree.flatten(state)
    done, saved = _saved(unfinished, leaves)
    state = jax.tree.unflatten(structure, saved)
    while done < pretraining.steps:
        steps = min(SEGMENT, pretraining.steps - done)
        docs = documents(steps * pretraining.batch, data_seed, pretraining.mix, part=done // SEGMENT)
        shape = (steps, pretraining.batch, pretraining.mix.length)
        state = train(state, docs.tokens.reshape(shape), docs.mask.reshape(shape))
        done += steps
        _keep(unfinished, done, jax.tree.leaves(state))
        progress(done, pretraining.steps)
    return state[0]


def _optimiser(pretraining: Pretraining) -> optax.GradientTransformation:
    rise = min(100, pretraining.steps // 4)
    rate = optax.warmup_cosine_decay_schedule(0.0, pretraining.rate, rise, max(pretraining.steps, rise + 1))
    return optax.chain(optax.clip_by_global_norm(1.0), optax.adam(rate))


@lru_cache(maxsize=16)
def _segment(decoder, pretraining: Pretraining) -> Callable[..., Any]:
    step = optimiser_steps(answer_loss(decoder), _optimiser(pretraining))

    @jax.jit
    def train(state, tokens, mask):
        return jax.lax.scan(lambda carry, batch: (step(carry, batch), None), state, (tokens, mask))[0]

    return train


def _keep(path: Path, done: int, leaves: list[Any]) -> None:
    scratch = path.with_suffix(f".{os.getpid()}.npz")
    np.savez(scratch, np.int64(done), *(np.asarray(leaf) for leaf in leaves))
    scratch.replace(path)


def _saved(path: Path, fresh: list[Any]) -> tuple[int, list[Any]]:
    """What an unfinished training left behind, or the start if there is nothing whole."""
    try:
        with np.load(path) as kept:
            leaves = [jnp.asarray(kept[f"arr_{place + 1}"]) for place in range(len(fresh))]
            return int(kept["arr_0"]), leaves
    except (OSError, ValueError, KeyError, EOFError):
        return 0, fresh


def _publish(model: LanguageModel, folder: Path) -> None:
    """Save into a folder beside, then rename: the cache holds whole models only."""
    scratch = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        save(model, scratch)
        try:
            scratch.rename(folder)
        except OSError:
            if not (folder / "config.json").is_file():  # another process may have been faster
                raise
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
