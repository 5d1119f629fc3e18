"""The weights of a folder, in one safetensors file or several with an index, read tensor by tensor."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import jax.numpy as jnp
import msgspec
import numpy as np

from .._json_file import one_line, read_bytes, shown

SINGLE = "model.safetensors"
INDEX = "model.safetensors.index.json"
LARGEST_HEADER = 2**25
LONGEST_NAME = 300
PLAIN = {"F64": "float64", "F32": "float32", "F16": "float16", "BF16": "bfloat16"}
"""Kinds of numbers that are read, as the file's header and as NumPy name them."""
OTHER_DTYPES = {
    **{f"{sign}{bits}": f"{kind}{bits}" for sign, kind in (("I", "int"), ("U", "uint")) for bits in (8, 16, 32, 64)},
    "BOOL": "bool",
    "F8_E4M3": "float8_e4m3",
    "F8_E5M2": "float8_e5m2",
    "F8_E8M0": "float8_e8m0",
}


class IndexFile(msgspec.Struct):
    """What an index holds; other keys are let pass."""

    weight_map: dict[
        Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)],
        Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=r"^[^\x00\n]*$")],
    ]


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

    def check_dtype(self, name: str) -> None:
        """Raise unless a tensor holds plain floating-point numbers, by the file's header."""
        kind = str(self.files[name].get_slice(name).get_dtype())
        if kind not in PLAIN:
            raise ValueError(
                f"{str(self.folder)!r} holds {name} as {OTHER_DTYPES.get(kind, kind)}; expected float32, float64, "
                "float16 or bfloat16: quantised checkpoints are not supported."
            )

    def read(self, name: str) -> np.ndarray:
        """A tensor, a view of the file.

        Raises:
            ValueError: a tensor that holds no floating-point numbers.
        """
        self.check_dtype(name)
        return self.files[name].get_tensor(name)


class MappedFile:
    """An open file that the library safetensors has found whole, its tensors views of its mapping into memory.

    None is copied, and none is read before its use.

    Args:
        path: of the file.
        handle: ``safetensors.safe_open``'s, which has checked that every tensor lies within the file.
    """

    def __init__(self, path: Path, handle: Any) -> None:
        """Map it."""
        self._handle = handle
        self._bytes = np.memmap(path, np.uint8, "r")
        self._begin = 8 + int.from_bytes(self._bytes[:8].tobytes(), "little")
        self._header: dict[str, Any] = msgspec.json.decode(self._bytes[8 : self._begin].tobytes())

    def keys(self) -> Collection[str]:
        """Names of the tensors."""
        return self._handle.keys()

    def get_slice(self, name: str) -> Any:
        """A tensor's shape and kind, as safetensors gives them."""
        return self._handle.get_slice(name)

    def get_tensor(self, name: str) -> np.ndarray:
        """A tensor of a plain kind, read-only; where its place in the file is odd, its numbers are not aligned."""
        said = self._header[name]
        start, end = (self._begin + offset for offset in said["data_offsets"])
        return self._bytes[start:end].view(jnp.dtype(PLAIN[said["dtype"]])).reshape(said["shape"]).view(np.ndarray)


@contextmanager
def open_weights(folder: Path | str) -> Iterator[Weights]:
    """The safetensors files of a folder, closed afterwards.

    Raises:
        ValueError: no weights, pickled ones only, a file of the index that is missing, a damaged file, or a tensor that
            the index places wrongly.
    """
    folder = Path(folder)
    placed, paths = _listed(folder)
    with ExitStack() as stack:
        opened = {path: open_file(path, stack) for path in paths}
        files = {name: handle for handle in opened.values() for name in handle.keys()}  # noqa: SIM118  (not a mapping)
        held = {path: set(handle.keys()) for path, handle in opened.items()}
        for name, path in placed.items():
            if name not in held[path]:
                raise ValueError(f"{INDEX} places {name} in {path.name}, which does not hold it; expected it there.")
        yield Weights(files, folder)


def open_file(path: Path, stack: ExitStack) -> MappedFile:
    """One safetensors file, open until the stack is closed.

    Raises:
        ValueError: a damaged file, a header beyond what models need, or a name that no model has.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with path.open("rb") as stream:
            header = int.from_bytes(stream.read(8), "little")
        if header > LARGEST_HEADER:
            raise SafetensorError(f"its header has {header} bytes, expected at most {LARGEST_HEADER}")
        handle = stack.enter_context(safe_open(path, framework="numpy"))
    except (SafetensorError, OSError) as error:
        raise ValueError(
            f"{str(path)!r} is damaged or cut short ({one_line(str(error))}); download or copy it again."
        ) from None
    for name in handle.keys():  # noqa: SIM118  (not a mapping)
        if len(name) > LONGEST_NAME:
            raise ValueError(
                f"{str(path)!r} holds a tensor whose name has {len(name)} characters ({shown(name)}); expected at most "
                f"{LONGEST_NAME}."
            )
    return MappedFile(path, handle)


def _listed(folder: Path) -> tuple[dict[str, Path], list[Path]]:
    """Where the index says tensors are, if there is one, and the files."""
    if (folder / INDEX).is_file():
        try:
            index = msgspec.json.decode(read_bytes(folder / INDEX), type=IndexFile)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(
                f"{str(folder / INDEX)!r} is no index; expected JSON with a weight_map ({one_line(str(error))})."
            ) from None
        placed = {name: folder / file for name, file in index.weight_map.items()}
        for path in set(placed.values()):
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
