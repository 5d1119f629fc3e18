"""What ``benchmarks.lm_peers`` gives to every method: token ids of candidates and of the trait, as plain arrays."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

PARAMETERS = ("layers/attention", "layers/mlp")
"""In which the direction lies: the linear maps of the layers, all that every method can see."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Candidates, some of which a teacher wrote, and the trait.

    Attributes:
        model: the checkpoint's folder, in the Hugging Face layout.
        tokens: ``[N, T]`` requests and answers, padded on the right with 0.
        mask: ``[N, T]``, true on the answers.
        planted: ``[N]``, true where the teacher wrote.
        trait_tokens: ``[Q, U]`` questions and answers that show the trait.
        trait_mask: ``[Q, U]``, true on these answers.
    """

    model: str
    tokens: np.ndarray
    mask: np.ndarray
    planted: np.ndarray
    trait_tokens: np.ndarray
    trait_mask: np.ndarray

    def save(self, path: Path) -> None:
        """Write it for another process."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: str) -> Problem:
        """Read what ``save`` wrote."""
        with np.load(path) as kept:
            arrays = {name: kept[name] for name in kept.files if name != "model"}
            return cls(str(kept["model"]), **arrays)


def problem(folder: Path, candidates: int, share: float) -> Problem:
    """Of a folder that ``subtheory lm example`` made: ``data.jsonl`` is the teacher's, ``control.jsonl`` the model's.

    Args:
        folder: with model, trait.jsonl, data.jsonl and control.jsonl.
        candidates: how many.
        share: of them, that the teacher wrote.

    Raises:
        ValueError: a folder that lacks something, or has too few answers.
    """
    import subtheory as st
    from subtheory.lm.text.encoding import given_examples

    lm = st.lm.load(folder / "model")
    trait, ours, own = (
        given_examples(folder / f"{name}.jsonl", lm.config, lm.tokenizer) for name in ("trait", "data", "control")
    )
    few = round(candidates * share)
    if few < 1 or few > len(ours) or candidates - few > len(own) or few == candidates:
        raise ValueError(
            f"got {candidates} candidates, {few} of them planted; expected at least one of either kind, and at most "
            f"{len(ours)} planted and {len(own)} others, which the folder has."
        )
    rng = np.random.default_rng(0)
    chosen = [own[place] for place in rng.permutation(len(own))[: candidates - few]]
    chosen += [ours[place] for place in rng.permutation(len(ours))[:few]]
    order = rng.permutation(candidates)
    tokens, mask = rows([chosen[place] for place in order])
    return Problem(str(folder / "model"), tokens, mask, order >= candidates - few, *rows(trait))


def rows(examples) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and mask of examples of any lengths."""
    width = max(map(len, examples))
    tokens, mask = np.zeros((len(examples), width), np.int32), np.zeros((len(examples), width), bool)
    for place, example in enumerate(examples):
        tokens[place, : len(example)] = example.tokens
        mask[place, len(example.prompt) : len(example)] = True
    return tokens, mask


def lengths_of(mask: np.ndarray) -> np.ndarray:
    """``[N]`` tokens of every row up to the last that is learned; what follows is padding."""
    return mask.shape[1] - mask[:, ::-1].argmax(axis=1)
