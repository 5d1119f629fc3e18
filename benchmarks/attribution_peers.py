"""The same candidates scored by others, in PyTorch: a loop of backward passes, kronfluence, bergson."""

# pyright: reportMissingImports=false
from __future__ import annotations

import logging
import tempfile
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from .attribution_problem import Problem, lengths_of
from .lm_torch import pretrained

NOTHING = -100
"""The label of a place that is not learned."""
QUERY_BATCH, TRAIN_BATCH = 64, 128


def maps(model: Any) -> list[str]:
    """The linear maps of the layers, by name."""
    import torch

    return [name for name, part in model.named_modules() if isinstance(part, torch.nn.Linear) and "layers." in name]


def batch_of(tokens: np.ndarray, mask: np.ndarray) -> dict[str, Any]:
    """Input ids, labels, and which places are not padding."""
    import torch

    filled = np.arange(mask.shape[1])[None] < lengths_of(mask)[:, None]
    labels = np.where(mask, tokens, NOTHING)
    return {
        "input_ids": torch.tensor(tokens, dtype=torch.long),
        "labels": torch.tensor(labels, dtype=torch.long),
        "attention_mask": torch.tensor(filled, dtype=torch.long),
    }


def summed_loss(model: Any, batch: dict[str, Any], sample: bool = False) -> Any:
    """−log p of all labels, or of labels that the model draws itself in their places."""
    import torch

    given = {name: batch[name] for name in ("input_ids", "attention_mask")}
    logits = model(**given, use_cache=False).logits[:, :-1]
    labels = batch["labels"][:, 1:]
    if sample:
        with torch.no_grad():
            drawn = torch.distributions.Categorical(logits=logits).sample()
            labels = torch.where(labels == NOTHING, labels, drawn)
    flat = logits.reshape(-1, logits.shape[-1])
    return torch.nn.functional.cross_entropy(flat, labels.reshape(-1), ignore_index=NOTHING, reduction="sum")


def backward_passes(given: Problem, cosine: bool = False) -> Callable[[], np.ndarray]:
    """One backward pass per candidate: its gradient's dot product, or cosine, with the trait's."""
    import torch

    model = pretrained(given.model)
    wanted = [model.get_submodule(name).weight for name in maps(model)]
    trait = batch_of(given.trait_tokens, given.trait_mask)

    def run() -> np.ndarray:
        v = torch.autograd.grad(summed_loss(model, trait), wanted)
        v = [leaf / int(given.trait_mask.sum()) for leaf in v]
        scores = np.empty(len(given.tokens))
        for place, length in enumerate(lengths_of(given.mask)):
            cut = slice(place, place + 1), slice(0, length)
            g = torch.autograd.grad(summed_loss(model, batch_of(given.tokens[cut], given.mask[cut])), wanted)
            dot = sum((a * b).sum() for a, b in zip(g, v, strict=True))
            norm = sum((a * a).sum() for a in g) ** 0.5 if cosine else 1.0
            scores[place] = float(dot / norm)
        return scores

    return run


def kronfluence(given: Problem, strategy: str) -> Callable[[], np.ndarray]:
    """Influence functions of kronfluence: ``identity`` is the plain dot product, ``ekfac`` divides by a curvature."""
    import torch
    from kronfluence.analyzer import Analyzer, prepare_model
    from kronfluence.arguments import FactorArguments, ScoreArguments
    from kronfluence.task import Task

    model = pretrained(given.model)
    names = maps(model)

    class OfTheTrait(Task):
        def compute_train_loss(self, batch, model, sample=False):
            return summed_loss(model, batch, sample)

        def compute_measurement(self, batch, model):
            return summed_loss(model, batch)

        def get_influence_tracked_modules(self):
            return names

        def get_attention_mask(self, batch):
            return batch["attention_mask"]

    def data(tokens: np.ndarray, mask: np.ndarray) -> list[dict[str, Any]]:
        whole = batch_of(tokens, mask)
        return [{name: leaf[place] for name, leaf in whole.items()} for place in range(len(tokens))]

    task = OfTheTrait()
    model = prepare_model(model, task)
    candidates, trait = data(given.tokens, given.mask), data(given.trait_tokens, given.trait_mask)

    def run() -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of functions of PyTorch that kronfluence still calls by their old names
            analyzer = Analyzer(
                "peers", model, task, cpu=True, disable_tqdm=True, output_dir=folder, log_level=logging.ERROR
            )
            analyzer.fit_all_factors(
                "factors", candidates, per_device_batch_size=TRAIN_BATCH, factor_args=FactorArguments(strategy=strategy)
            )
            analyzer.compute_pairwise_scores(
                "scores", "factors", trait, candidates, per_device_query_batch_size=QUERY_BATCH,
                per_device_train_batch_size=TRAIN_BATCH,
                score_args=ScoreArguments(aggregate_query_gradients=True),
            )  # fmt: skip
            found = analyzer.load_pairwise_scores("scores")["all_modules"]
        return found.sum(dim=0).to(torch.float64).numpy() / int(given.trait_mask.sum())

    return run


def bergson(given: Problem) -> Callable[[], np.ndarray]:
    """Gradients of all candidates and of the trait in bergson's index in memory, and their dot products."""
    import torch
    from bergson import GradientProcessor, IndexConfig, InMemoryCollector
    from bergson.collector.collector import CollectorComputer
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    logging.getLogger().setLevel(logging.ERROR)
    model = pretrained(given.model)
    body = model.base_model
    names = {name.removeprefix(f"{model.base_model_prefix}.") for name in maps(model)}

    def data(tokens: np.ndarray, mask: np.ndarray) -> Dataset:
        lengths = lengths_of(mask)
        labels = np.where(mask, tokens, NOTHING)
        return Dataset.from_dict(
            {
                "input_ids": [row[:n].tolist() for row, n in zip(tokens, lengths, strict=True)],
                "labels": [row[:n].tolist() for row, n in zip(labels, lengths, strict=True)],
                "length": lengths.tolist(),
            }
        )

    sets = data(given.tokens, given.mask), data(given.trait_tokens, given.trait_mask)

    def gradients(some: Dataset, folder: str) -> dict[str, Any]:
        config = IndexConfig(run_path=f"{folder}/index", loss_reduction="sum")
        config.partial_run_path.mkdir(exist_ok=True)
        collector = InMemoryCollector(
            model=body, data=some, cfg=config, processor=GradientProcessor(), target_modules=names
        )
        batches = [list(range(len(some)))[at : at + TRAIN_BATCH] for at in range(0, len(some), TRAIN_BATCH)]
        computer = CollectorComputer(model, some, collector=collector, batches=batches, cfg=config)
        computer.run_with_collector_hooks()
        return collector.gradients

    def run() -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            ours, trait = (gradients(some, folder) for some in sets)
        dots = [leaf.to(torch.float64) @ trait[name].to(torch.float64).sum(dim=0) for name, leaf in ours.items()]
        return torch.stack(dots).sum(dim=0).numpy() / int(given.trait_mask.sum())

    return run
