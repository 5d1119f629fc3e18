"""Image data as others publish them: .npz, EMNIST's names and labels, folders in folders, colour."""

from __future__ import annotations

import gzip
import re
import struct

import numpy as np
import pytest

from subtheory.setting import data, npz

GENERATOR = np.random.default_rng(0)
IMAGES = GENERATOR.integers(0, 256, (12, 4, 4), np.uint8)
LABELS = np.arange(12, dtype=np.uint8) % 3


def write_idx(folder, names, labels=LABELS):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        array = IMAGES if "images" in name else labels
        content = struct.pack(f">{1 + array.ndim}I", 0x0800 + array.ndim, *array.shape) + array.tobytes()
        (folder / name).write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") else content)
    return folder


def same(found, images=IMAGES, labels=LABELS):
    np.testing.assert_array_equal(found.train_labels, labels)
    np.testing.assert_allclose(found.train_images, images.reshape(12, -1) / 127.5 - 1, rtol=1e-6, atol=1e-7)
    assert found.classes == 3


def emnist(part, kind):
    return f"emnist-letters-{part}-{'images-idx3' if kind else 'labels-idx1'}-ubyte"


def test_the_names_and_labels_of_emnist(tmp_path):
    names = [emnist(part, kind) + ".gz" for part in ("train", "test") for kind in (0, 1)]
    same(data.idx_folder(write_idx(tmp_path, names, LABELS + 1)))
    write_idx(tmp_path, [name.replace("letters", "digits") for name in names])
    with pytest.raises(ValueError, match="has several files for train-images-idx3-ubyte"):
        data.idx_folder(tmp_path)


@pytest.mark.parametrize("place", ["raw", "MNIST/raw", "FashionMNIST/raw"])
def test_folders_as_other_libraries_leave_them(tmp_path, place):
    write_idx(tmp_path / place, data.STEMS)
    same(data.idx_folder(tmp_path))


def test_one_npz_or_four(tmp_path):
    arrays = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS.astype(np.int64)}
    np.savez(tmp_path / "mnist.npz", **arrays)
    same(data.idx_folder(tmp_path / "mnist.npz"))
    same(data.idx_folder(tmp_path))
    four = tmp_path / "four"
    four.mkdir()
    for name, array in zip(("train-imgs", "train-labels", "test-imgs", "test-labels"), arrays.values(), strict=True):
        np.savez(four / f"kmnist-{name}.npz", array)
    same(data.named_folder("kmnist", four))


def test_colour_becomes_luminance(tmp_path):
    colour = np.stack([IMAGES, IMAGES // 2, IMAGES // 4], axis=-1)
    expected = np.rint(0.299 * colour[..., 0] + 0.587 * colour[..., 1] + 0.114 * colour[..., 2])
    np.savez(tmp_path / "c.npz", x_train=colour, y_train=LABELS, x_test=IMAGES[..., None], y_test=LABELS)
    found = data.idx_folder(tmp_path / "c.npz")
    same(found, expected)
    assert found.test_images.shape == (12, 16)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"x_train": IMAGES.astype(float)}, "has images of float64; expected bytes"),
        ({"x_train": IMAGES.transpose(1, 2, 0)[None]}, "put the channel last"),
        ({"y_train": LABELS.astype(float)}, "has labels of float64[12]; expected whole numbers"),
        ({"y_test": LABELS[:5]}, "has 12 images but 5 labels in its t10k files"),
        ({"x_train": None}, "has no x_train; expected x_train, y_train, x_test, y_test"),
    ],
)
def test_wrong_arrays_are_named(tmp_path, change, sentence):
    arrays = {"x_train": IMAGES, "y_train": LABELS, "x_test": IMAGES, "y_test": LABELS} | change
    path = tmp_path / "bad.npz"
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(ValueError, match=re.escape(sentence)):
        data.idx_folder(path)


def test_a_damaged_file_is_named(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(ValueError, match="is a damaged .npz file"):
        npz.read((tmp_path / "a.npz",))
