"""Images from .npz files: one with x_train, y_train, x_test, y_test, or four with one array each."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
from jaxtyping import Integer, UInt8

KEYS = ("x_train", "y_train", "x_test", "y_test")
FOUR = (
    ("train-imgs", "train_imgs", "train-images", "train_images"),
    ("train-labels", "train_labels"),
    ("test-imgs", "test_imgs", "test-images", "test_images"),
    ("test-labels", "test_labels"),
)
"""How the names of four files end, as KMNIST's do (kmnist-train-imgs.npz)."""
LUMINANCE = (0.299, 0.587, 0.114)
"""Of red, green and blue. Source: ITU-R recommendation BT.601."""

Four = tuple[
    UInt8[np.ndarray, "N h w"], Integer[np.ndarray, " n"], UInt8[np.ndarray, "M h w"], Integer[np.ndarray, " m"]
]


def find(path: Path | str) -> tuple[Path, ...]:
    """The .npz file, or the four, of a path; none if it holds no such files.

    >>> find("nowhere")
    ()
    """
    path = Path(path)
    if path.is_file() and path.suffix == ".npz":
        return (path,)
    files = sorted(path.glob("*.npz")) if path.is_dir() else []
    four = [next((file for file in files if file.stem.endswith(ends)), None) for ends in FOUR]
    if all(four):
        return tuple(file for file in four if file is not None)
    return tuple(files) if len(files) == 1 else ()


def read(files: tuple[Path, ...]) -> Four:
    """Training images and labels, test images and labels; colour images as their luminance.

    Args:
        files: as ``find`` gives them.

    Raises:
        ValueError: a damaged file, an array that is missing, images that are not bytes ``[N, h, w]`` or
            ``[N, h, w, 1 or 3]``, labels that are not whole numbers ``[N]``.
    """
    if len(files) == 1:
        (arrays,) = (_arrays(file, KEYS) for file in files)
        found = [arrays[key] for key in KEYS]
    else:
        found = [next(iter(_arrays(file, ()).values())) for file in files]
    where = str(files[0])
    return (
        grey(_images(found[0], where), where), _labels(found[1], where),
        grey(_images(found[2], where), where), _labels(found[3], where),
    )  # fmt: skip


def grey(images: np.ndarray, where: str) -> UInt8[np.ndarray, "N h w"]:
    """Images ``[N, h, w]`` as they are, ``[N, h, w, 1]`` without the last axis, ``[N, h, w, 3]`` as luminance.

    Raises:
        ValueError: any other shape.
    """
    if images.ndim == 4 and images.shape[-1] == 1:
        return images[..., 0]
    if images.ndim == 4 and images.shape[-1] == 3:
        return np.rint(images @ np.asarray(LUMINANCE)).astype(np.uint8)
    if images.ndim != 3:
        raise ValueError(
            f"{where!r} has images of shape {list(images.shape)}; expected [N, height, width], or a last axis of 1 or "
            "3 for colour: put the channel last."
        )
    return images


def _arrays(path: Path, keys: tuple[str, ...]) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as content:
            missing = [key for key in keys if key not in content.files]
            if missing or not content.files:
                raise ValueError(
                    f"{str(path)!r} has no {(missing or ['array'])[0]}; expected {', '.join(KEYS)}, or one file each."
                )
            return {key: content[key] for key in content.files}
    except (OSError, zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"{str(path)!r} is a damaged .npz file ({error}); fetch it again.") from error


def _images(array: np.ndarray, where: str) -> np.ndarray:
    if array.dtype != np.uint8:
        raise ValueError(f"{where!r} has images of {array.dtype}; expected bytes (uint8), 0 to 255.")
    return array


def _labels(array: np.ndarray, where: str) -> np.ndarray:
    if array.ndim != 1 or not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{where!r} has labels of {array.dtype}{list(array.shape)}; expected whole numbers [N].")
    return array
