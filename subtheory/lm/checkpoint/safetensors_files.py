"""The weights of a folder, in one safetensors file or several with an index, read tensor by tensor."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"


@dataclass(frozen=True)
class Weights:
    """Open files: nothing is read until a tensor is asked for.

    Attributes:
        files: tensor's name → the open file that holds it.
        folder: for messages.
        described: what speaks of the tensors, likewise.
    """

    files: Mapping[str, Any]
    folder: Path
    described: str = "config.json"

    def told(self, name: str) -> str:
        """A tensor's name in messages: its own."""
        return name

    def shape(self, name: str) -> tuple[int, ...]:
        """A tensor's shape, from the file's header."""
        return tuple(self.files[name].get_slice(name).get_shape())

    def read(self, name: str) -> np.ndarray:
        """A tensor.

        Raises:
            ValueError: a tensor that cannot be read or holds no floating-point numbers.
        """
        array = self.files[name].get_tensor(name)
        if not np.issubdtype(array.dtype, np.floating) and array.dtype.name != "bfloat16":
            raise ValueError(
                f"{str(self.folder)!r} holds {name} as {array.dtype}; expected float32, float64, float16 or bfloat16: "
                "quantised checkpoints are not supported."
            )
        return array


@contextmanager
def open_weights(folder: Path | str) -> Iterator[Weights]:
    """The safetensors files of a folder, closed afterwards.

    Raises:
        ValueError: no weights, pickled ones only, a file of the index that is missing, a damaged file, or a tensor that
            the index places wrongly.
    """
    from safetensors import SafetensorError, safe_open

    folder = Path(folder)
    placed, paths = _listed(folder)
    with ExitStack() as stack:
        opened = {}
        for path in paths:
            try:
                opened[path] = stack.enter_context(safe_open(path, framework="numpy"))
            except (SafetensorError, OSError) as error:
                raise ValueError(
                    f"{str(path)!r} is damaged or cut short ({error}); download or copy it again."
                ) from None
        files = {name: handle for handle in opened.values() for name in handle.keys()}  # noqa: SIM118  (not a mapping)
        for name, path in placed.items():
            if name not in opened[path].keys():  # noqa: SIM118
                raise ValueError(f"{INDEX} places {name} in {path.name}, which does not hold it; expected it there.")
        yield Weights(files, folder)


def _listed(folder: Path) -> tuple[dict[str, Path], list[Path]]:
    """Where the index says tensors are, if there is one, and the files."""
    if (folder / INDEX).is_file():
        try:
            weight_map = json.loads((folder / INDEX).read_text(encoding="utf-8"))["weight_map"]
            placed = {name: folder / file for name, file in weight_map.items()}
        except (json.JSONDecodeError, KeyError, AttributeError, TypeError):
            raise ValueError(f"{str(folder / INDEX)!r} is no index; expected JSON with a weight_map.") from None
        for path in placed.values():
            if path.parent != folder or not path.is_file():
                raise ValueError(f"{INDEX} names {path.name}, which is not in {str(folder)!r}; expected it there.")
        return placed, sorted(set(placed.values()))
    if (folder / SINGLE).is_file():
        return {}, [folder / SINGLE]
    pickled = sorted(path.name for pattern in ("*.bin", "*.pt", "*.pth", "*.ckpt") for path in folder.glob(pattern))
    if pickled:
        raise ValueError(
            f"{str(folder)!r} has pickled weights only ({pickled[0]}), which can run any code when they are read and "
            f"are refused; expected {SINGLE}: convert them where you trust them."
        )
    raise ValueError(f"{str(folder)!r} has no weights; expected {SINGLE}, or {INDEX} and the files that it names.")
