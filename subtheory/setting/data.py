"""Labelled images: scikit-learn's digits, which need no file, MNIST from a folder, or any folder of idx files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Num

from .._names import known_name
from . import idx, npz

NAMES = ("digits", "mnist", "idx")

ALIGNMENT = 64
"""Bytes: an array that begins at a multiple of it is used by JAX on a CPU where it is."""

STEMS = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

MNIST_MD5: Mapping[str, str] = MappingProxyType(
    {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    }
)
"""MD5 of MNIST's four files *uncompressed*: the well-known values, the same on every mirror however it compresses."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images, flattened and scaled to [-1, 1], with their labels.

    Attributes:
        name: what to call it in records.
        classes: the number of classes; labels are 0 … classes − 1.
        image_shape: height and width in pixels, with height · width = features.
        train_images: [N, features], dimensionless, -1 for the smallest pixel value and 1 for the largest.
        train_labels: [N].
        test_images: [M, features].
        test_labels: [M].

    Raises:
        ValueError: if images and labels disagree in number, images in shape, or a label is outside the classes.
    """

    name: str
    classes: int
    image_shape: tuple[int, int]
    train_images: Float[np.ndarray, "N features"]
    train_labels: Int[np.ndarray, " N"]
    test_images: Float[np.ndarray, "M features"]
    test_labels: Int[np.ndarray, " M"]

    def __post_init__(self) -> None:
        height, width = self.image_shape
        for part in ("train", "test"):
            images, labels = getattr(self, f"{part}_images"), getattr(self, f"{part}_labels")
            if len(images) != len(labels):
                raise ValueError(
                    f"{self.name} has {len(images)} {part} images but {len(labels)} {part} labels; expected as many."
                )
            if images.shape[1:] != (height * width,):
                raise ValueError(
                    f"{self.name} has {part} images of shape {list(images.shape)}; expected [N, {height * width}] for "
                    f"{height} × {width} pixels."
                )
            if len(labels) and not 0 <= labels.min() <= labels.max() < self.classes:
                raise ValueError(
                    f"{self.name} has {part} labels from {labels.min()} to {labels.max()}; expected 0 to "
                    f"{self.classes - 1} for {self.classes} classes."
                )
            for field, array in ((f"{part}_images", images), (f"{part}_labels", labels)):
                frozen = array.view()
                frozen.setflags(write=False)
                object.__setattr__(self, field, frozen)

    def astype(self, dtype: Any) -> Dataset:
        """The same data with images of another floating-point type, such as ``np.float64`` for verification."""
        return replace(self, train_images=self.train_images.astype(dtype), test_images=self.test_images.astype(dtype))

    def as_grid(self, images: Num[np.ndarray, "N features"]) -> Num[np.ndarray, "N height width 1"]:
        """Flat images as [N, height, width, 1], the layout of a convolutional network."""
        return images.reshape(-1, *self.image_shape, 1)


def digits(dtype: Any = np.float32) -> Dataset:
    """scikit-learn's 1 797 handwritten digits of 8 × 8 pixels, embedded in that package: 1 442 to train, 355 to test.

    Pixels 0 … 16 become p/8 − 1. The split is fixed and stratified: of each class, in the data set's own order, every
    fifth image is for testing. Writers therefore appear on both sides, so accuracies are a little optimistic.

    Args:
        dtype: floating-point type of the images.

    >>> digits().train_images.shape, digits().test_images.shape
    ((1442, 64), (355, 64))
    """
    from sklearn.datasets import load_digits  # more than half of what importing this package would cost

    bunch: Any = load_digits()
    images, labels = (bunch.data / 8 - 1).astype(dtype), bunch.target.astype(np.int32)
    rank = np.zeros_like(labels)
    for label in range(10):
        rank[labels == label] = np.arange(np.sum(labels == label))
    test = rank % 5 == 4
    return Dataset("digits", 10, (8, 8), images[~test], labels[~test], images[test], labels[test])


def mnist_folder(path: Path | str, dtype: Any = np.float32) -> Dataset:
    """MNIST from a folder with its four idx files, gzip-compressed or not, each held against its well-known checksum.

    Args:
        path: the folder.
        dtype: floating-point type of the images.

    Raises:
        ValueError: if the folder or a file is missing, damaged, or not MNIST.
    """
    return replace(idx_folder(path, MNIST_MD5, classes=10, dtype=dtype), name="mnist")


def idx_folder(
    path: Path | str,
    checksums: Mapping[str, str] | None = None,
    classes: int | None = None,
    dtype: Any = np.float32,
) -> Dataset:
    """Any data set in MNIST's layout: Fashion-MNIST, KMNIST, EMNIST, or your own. Pixels 0 … 255 become p/127.5 − 1.

    Labels that begin at 1, as those of EMNIST's letters, are counted from 0. Colour becomes luminance.

    Args:
        path: the folder with the four files of ``STEMS``, with ``MNIST/raw`` in it, or with .npz files; or one .npz
            file.
        checksums: stem → MD5 of the uncompressed file; a stem that is absent is not checked.
        classes: the number of classes; None takes the largest training label plus one.
        dtype: floating-point type of the images.

    Raises:
        ValueError: if a file is missing or damaged, images and labels disagree in number, train and test images in
            size, or the labels do not fit ``classes``.
    """
    checksums = checksums or {}
    for stem in checksums:
        known_name("idx file", stem, STEMS)
    train, train_labels, test, test_labels = _four_arrays(path, checksums)
    if train_labels.min() == 1 and test_labels.min() >= 1:
        train_labels, test_labels = train_labels - 1, test_labels - 1
    found = int(train_labels.max()) + 1
    if classes is not None and classes > found:
        raise ValueError(
            f"{str(path)!r} has training labels up to {found - 1}, but {classes} classes were asked for; expected at "
            f"most {found}."
        )
    for images, labels, part in ((train, train_labels, "train"), (test, test_labels, "t10k")):
        if len(images) != len(labels):
            raise ValueError(
                f"{str(path)!r} has {len(images)} images but {len(labels)} labels in its {part} files; expected "
                "as many."
            )
    if train.shape[1:] != test.shape[1:]:
        raise ValueError(
            f"{str(path)!r} has train images of {list(train.shape[1:])} pixels but t10k images of "
            f"{list(test.shape[1:])}; expected one size."
        )
    return Dataset(
        f"idx folder {Path(path).name}",
        classes or found,
        (train.shape[1], train.shape[2]),
        _scaled(train, dtype),
        train_labels.astype(np.int32),
        _scaled(test, dtype),
        test_labels.astype(np.int32),
    )


def _four_arrays(path: Path | str, checksums: Mapping[str, str]) -> tuple[np.ndarray, ...]:
    arrays = npz.find(path)
    if arrays:
        return npz.read(arrays)
    files = {stem: idx.find_file(path, stem) for stem in STEMS}
    return tuple(
        (idx.read_images if "images" in stem else idx.read_labels)(files[stem], checksums.get(stem)) for stem in STEMS
    )


def named_folder(name: str, path: Path | str, dtype: Any = np.float32) -> Dataset:
    """``idx_folder`` by a name of your own, such as ``"fashion"``; it has as many classes as labels are in use.

    Args:
        name: letters, digits, dots, dashes and underscores; none of ``NAMES``.
        path: the folder with the four files of ``STEMS``.
        dtype: floating-point type of the images.

    Raises:
        ValueError: if the name is none, the folder is wrong in one of the ways of ``idx_folder``, a class has no
            training image, or it is MNIST's, which has a name.
    """
    if name in NAMES or not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", name):
        raise ValueError(
            f"got the data set name {name!r} for a folder of your own; expected letters, digits, dots, dashes and "
            f"underscores, and none of {', '.join(NAMES)}."
        )
    data = replace(idx_folder(path, dtype=dtype), name=name)
    absent = np.setdiff1d(np.arange(data.classes), data.train_labels)
    if absent.size:
        raise ValueError(
            f"{str(path)!r} has training labels up to {data.classes - 1} but none is {absent[0]}; expected every class "
            "from 0 on."
        )
    stem = STEMS[1]
    content = b"" if npz.find(path) else idx.uncompressed(idx.find_file(path, stem))
    if hashlib.md5(content, usedforsecurity=False).hexdigest() == MNIST_MD5[stem]:
        raise ValueError(f"{str(path)!r} holds MNIST's labels, but the data set is called {name!r}; call it mnist.")
    return data


@lru_cache(maxsize=16)
def first_classes(data: Dataset, classes: int) -> Dataset:
    """The images of the first classes only, with as many labels: 0 … classes − 1.

    Args:
        data: any data set; the same object again gives the same object.
        classes: how many, from 2 to those of the data.

    Raises:
        ValueError: if there are fewer classes than that, or a single one would be left.

    >>> first_classes(digits(), 2).train_images.shape
    (289, 64)
    """
    if not 2 <= classes <= data.classes:
        raise ValueError(
            f"got {classes} classes of {data.name}, whose labels are 0 to {data.classes - 1}; expected from 2 to "
            f"{data.classes} classes."
        )
    train, test = data.train_labels < classes, data.test_labels < classes
    return replace(
        data, name=f"{data.name}, {classes} classes", classes=classes,
        train_images=data.train_images[train], train_labels=data.train_labels[train],
        test_images=data.test_images[test], test_labels=data.test_labels[test],
    )  # fmt: skip


def load(name: str, folder: Path | str | None = None, dtype: Any = np.float32) -> Dataset:
    """A data set by name: ``digits`` (embedded), ``mnist`` or ``idx`` (from ``folder``).

    Args:
        name: one of ``NAMES``.
        folder: where the idx files lie; none for digits.
        dtype: floating-point type of the images.

    Raises:
        ValueError: if the name is unknown (the nearest is suggested), a folder is given for digits or none for the
            others, or the folder's content is wrong.
    """
    known_name("data set", name, NAMES)
    if name == "digits":
        if folder is not None:
            raise ValueError(
                f"the data set 'digits' is embedded, got the folder {str(folder)!r}; leave the folder out."
            )
        return digits(dtype)
    if folder is None:
        raise ValueError(
            f"the data set {name!r} needs a folder with idx files, got none; pass one (--data-dir DIR), or fetch MNIST "
            "once by subtheory.setting.download.mnist()."
        )
    return mnist_folder(folder, dtype) if name == "mnist" else idx_folder(folder, dtype=dtype)


def _scaled(images: np.ndarray, dtype: Any) -> np.ndarray:
    """Bytes 0 … 255 to [-1, 1], flattened, through a table so that no copy in another precision is made.

    The result begins where JAX wants arrays to begin, so that on a CPU it is used in place and not copied.
    """
    table = (np.arange(256) / 127.5 - 1).astype(dtype)
    memory = np.empty(images.size * table.itemsize + ALIGNMENT, np.uint8)
    begin = -memory.ctypes.data % ALIGNMENT
    scaled = memory[begin : begin + images.size * table.itemsize].view(table.dtype).reshape(len(images), -1)
    return np.take(table, images.reshape(len(images), -1), out=scaled, mode="clip")
