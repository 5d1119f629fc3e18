"""A config and a folder's weights held against each other, by the files' headers, before anything is allocated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..decoder.config import DecoderConfig
from ..decoder.parameters import layer_shapes, parameter_shapes
from .tensor_names import HEADS_OUTSIDE, NAMES, at
from .weights import Weights

WRAPPERS = ("_orig_mod.", "module.")
"""What compiling a model, or sharing it out among devices, puts before names."""

PICTURES = ("vision_tower.", "multi_modal_projector.")
"""Tensors of a multimodal checkpoint that no text goes through."""

VOCABULARY = ("embedding/tokens", "head/kernel")
"""Parameters whose tensors may have more rows than there are tokens: rows that were added to make a round number."""


@dataclass(frozen=True)
class Match:
    """Which tensor holds what.

    Attributes:
        config: the decoder, as the weights make it.
        found: name without prefix → full name.
        notes: what was decided where config and weights disagree.
    """

    config: DecoderConfig
    found: Mapping[str, str]
    notes: tuple[str, ...] = ()


def match(config: DecoderConfig, weights: Weights, *, pictures: bool = False) -> Match:
    """The tensors that a decoder needs, each there and of its shape and kind.

    A config may say that the head is the embedding while the file holds a head of its own: then the file counts, as in
    ``transformers`` 5, and a note says so.

    Args:
        config: what config.json describes.
        weights: open files.
        pictures: whether the checkpoint is multimodal, so that other parts may lie beside.

    Raises:
        ValueError: tensors that are missing, too many, twice there, of another shape, or quantised.
    """
    where = repr(str(weights.folder))
    found: dict[str, str] = {}
    for full in weights.files:
        name = _plain(config.family, full, pictures)
        if pictures and name.startswith(PICTURES):
            continue
        if name in found:
            raise ValueError(f"{where} holds both {found[name]} and {full}, which are one parameter; expected one.")
        found[name] = full
    expected, notes = expected_tensors(config), []
    if config.tied and (head := _own_head(config, found, weights)):
        config = replace(config, tied=False)
        expected = expected_tensors(config)
        notes.append(f"config.json ties the head to the embedding, but {head} differs from it: that head is used.")
    said = weights.described
    missing = [weights.told(name) for name in expected if name not in found]
    if missing:
        raise ValueError(f"{where} lacks {_some(missing)}; expected every tensor that {said} speaks of.")
    repeated = HEADS_OUTSIDE if config.tied else ()
    buffers = NAMES[config.family].buffers
    spoken = {*expected, *repeated}
    extra = [full for name, full in found.items() if name not in spoken and not name.endswith(buffers)]
    if extra:
        told = [weights.told(name) for name in extra]
        raise ValueError(f"{where} holds {_some(told)}, of which {said} does not speak; expected no such tensor.")
    rows = _vocabulary_tensors(config)
    for name, shape in expected.items():
        weights.check_dtype(found[name])
        got = weights.shape(found[name])
        longer = name in rows and got[1:] == shape[1:] and got[:1] >= shape[:1]
        if got != shape and not longer:
            told = weights.told(found[name])
            raise ValueError(f"{where} holds {told} of shape {list(got)}; expected {list(shape)}.")
        if got != shape:
            notes.append(f"{found[name]} has {got[0]} rows: those beyond the vocabulary of {shape[0]} are left out.")
    return Match(config, found, tuple(notes))


def expected_tensors(config: DecoderConfig) -> dict[str, tuple[int, ...]]:
    """Name without prefix → shape of every tensor that a checkpoint of this decoder holds."""
    names, one_layer, whole = NAMES[config.family], layer_shapes(config), parameter_shapes(config)
    expected = {}
    for tensor in names.layers:
        if at(one_layer, tensor.ours[0]) is not None:
            shape = tensor.layout.shape([at(one_layer, ours) for ours in tensor.ours])
            expected |= {tensor.name.format(layer): shape for layer in range(config.layers)}
    for tensor in names.whole:
        if at(whole, tensor.ours[0]) is not None:
            expected[tensor.name] = tensor.layout.shape([at(whole, ours) for ours in tensor.ours])
    return expected


def _own_head(config: DecoderConfig, found: Mapping[str, str], weights: Weights) -> str | None:
    """The full name of a head that differs from the embedding, which a tied config does not speak of."""
    head = next((found[name] for name in HEADS_OUTSIDE if name in found), None)
    embedding = found.get(next(iter(_vocabulary_tensors(config))))
    if head is None or embedding is None:
        return None
    for name in (head, embedding):
        weights.check_dtype(name)
    if weights.shape(head) == weights.shape(embedding) and np.array_equal(weights.read(head), weights.read(embedding)):
        return None
    return head


def _vocabulary_tensors(config: DecoderConfig) -> list[str]:
    return [tensor.name for tensor in NAMES[config.family].whole if tensor.ours[0] in VOCABULARY]


def _plain(family: str, full: str, pictures: bool) -> str:
    name = full.replace(WRAPPERS[0], "").removeprefix(WRAPPERS[1])
    if pictures:
        name = name.removeprefix("language_model.")
        name = name.removeprefix("model.language_model.").removeprefix("model.")
    return name.removeprefix(NAMES[family].prefix)


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
