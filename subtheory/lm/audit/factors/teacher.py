"""The direction from a model to a teacher trained from it: a checkpoint, or an adapter kept as factors (T16)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from ...checkpoint.adapters.reading import Adapter, is_adapter, read_adapter
from ...checkpoint.folder import load
from ...coordinates.coordinates import whole
from ...coordinates.paths import leaves_by_path
from ...decoder.parameters import parameter_shapes
from ...model import LanguageModel
from ..direction import Direction, teacher_direction
from .capture import TABLE
from .parts import Factors, Part, Table
from .rank import Shortened, check_rank, shortened
from .restriction import restricted_parts


def displacement(
    lm: LanguageModel, path: Path | str, parameters: Sequence[str] = (), rank: int | None = None
) -> Direction:
    """v = θ_T − θ₀ for a teacher on disk.

    An adapter's product is never formed: v has its factors, and nothing elsewhere. The difference of two checkpoints is
    truncated where a rank is asked for, or where few ranks hold it (as ``factored_direction`` says).

    Args:
        lm: the reference model, of whole parameters.
        path: a checkpoint's folder or file, as ``st.lm.load`` takes it; or the folder of a LoRA adapter, in PEFT's
            layout.
        parameters: patterns of paths such as ``layers/mlp`` or ``layers/2``; v is zero elsewhere. All if empty.
        rank: the largest rank of a map's part.

    Raises:
        ValueError: a teacher of another architecture or other shapes; one that equals the model; a rank below 1; as
            ``st.lm.load`` and ``read_adapter``.
    """
    check_rank(rank)
    leaves = leaves_by_path(whole(lm).params)
    if is_adapter(path):
        parts = _parts(read_adapter(path, lm.config), leaves)
        n = max(part.A.shape[-1] for part in parts.values() if isinstance(part, Factors))
        short = restricted_parts(parts, leaves, parameters)
        kept = Shortened.exact(short) if rank is None else shortened(short, leaves, n, rank)
        return kept.direction(lm.params, "a teacher's displacement, by its adapter", "the adapter's displacement")
    dtype = jax.tree.leaves(lm.params)[0].dtype
    teacher = load(path, dtype, tokenizer=False)
    if parameter_shapes(teacher.config) != parameter_shapes(lm.config):
        raise ValueError(
            f"the teacher {str(path)!r} ({teacher.config.family}, {_size(teacher)}) and the model ({lm.config.family}, "
            f"{_size(lm)}) have parameters of different shapes; expected a teacher that was trained from the model."
        )
    dense = teacher_direction(lm, teacher, parameters)
    parts = leaves_by_path(dense.v)
    widest = max(min(leaf.shape[-2:]) for name, leaf in leaves.items() if name.endswith("/kernel"))
    return shortened(parts, leaves, widest, rank).direction(lm.params, dense.source, "the teacher's displacement")


def _parts(adapter: Adapter, leaves: dict[str, jax.Array]) -> dict[str, Part]:
    """Factors of every linear map: the adapter's, stacked, and none elsewhere."""
    parts: dict[str, Part] = {}
    for name, leaf in leaves.items():
        own = {layer: pair for (path, layer), pair in adapter.items() if path == name}
        if name == TABLE:
            parts[name] = Table(jnp.zeros((1,), jnp.int32), jnp.zeros((1, leaf.shape[1]), leaf.dtype))
        elif name.endswith("/kernel"):
            parts[name] = _stacked(own, leaf)
        else:
            parts[name] = jnp.zeros_like(leaf)
    return parts


def _stacked(own: dict[int | None, tuple[np.ndarray, np.ndarray]], leaf: jax.Array) -> Factors:
    """One map's factors, in all layers where it is stacked; zeros where a layer has fewer ranks."""
    rank = max((A.shape[1] for A, _ in own.values()), default=0)
    *layers, n, m = leaf.shape
    A, B = np.zeros((*layers, n, rank)), np.zeros((*layers, rank, m))
    for layer, (down, up) in own.items():
        at = () if layer is None else (layer,)
        A[(*at, slice(None), slice(down.shape[1]))] = down
        B[(*at, slice(up.shape[0]))] = up
    return Factors(jnp.asarray(A, leaf.dtype), jnp.asarray(B, leaf.dtype))


def _size(lm: LanguageModel) -> str:
    return f"{lm.config.layers} layers of width {lm.config.width}"
