"""Digits are embedded and split once for all; folders are read, checked and refused in one sentence."""

import gzip
import hashlib
import struct

import jax
import numpy as np
import pytest

from subtheory.setting import data


def _folder(path, train=12, test=5, train_labels=None, test_labels=None, size=(3, 2)):
    """A folder of four small idx files, half of them compressed."""
    path.mkdir(exist_ok=True)
    rng = np.random.default_rng(0)
    labels = [
        np.arange(train) % 4 if train_labels is None else np.asarray(train_labels),
        np.arange(test) % 4 if test_labels is None else np.asarray(test_labels),
    ]
    for stem, count, label in ((data.STEMS[0], train, labels[0]), (data.STEMS[2], test, labels[1])):
        pixels = rng.integers(0, 256, (count, *size), dtype=np.uint8)
        (path / f"{stem}.gz").write_bytes(gzip.compress(struct.pack(">4I", 2051, count, *size) + pixels.tobytes()))
        label_stem = stem.replace("images-idx3", "labels-idx1")
        (path / label_stem).write_bytes(struct.pack(">2I", 2049, len(label)) + label.astype(np.uint8).tobytes())
    return path


def test_digits_are_scaled_stratified_and_always_the_same():
    digits = data.digits(np.float64)
    assert (digits.name, digits.classes, digits.image_shape) == ("digits", 10, (8, 8))
    assert digits.train_images.shape == (1442, 64)
    assert digits.test_images.shape == (355, 64)
    assert digits.train_images.min() == -1
    assert digits.train_images.max() == 1
    counts = np.bincount(digits.train_labels), np.bincount(digits.test_labels)
    np.testing.assert_array_equal(counts[1], (counts[0] + counts[1]) // 5)
    order = digits.train_labels.tobytes() + np.round(8 * (digits.train_images + 1)).astype(np.uint8).tobytes()
    assert hashlib.sha256(order).hexdigest().startswith("0b7320ee86e2")


def test_arrays_cannot_be_written_and_the_callers_own_still_can():
    images, labels = np.zeros((4, 6), np.float32), np.zeros(4, np.int32)
    dataset = data.Dataset("own", 2, (2, 3), images, labels, images[:1], labels[:1])
    with pytest.raises(ValueError, match="read-only"):
        dataset.train_images[0] = 1
    images[0] = 1


def test_astype_and_grid():
    digits = data.digits()
    assert digits.train_images.dtype == np.float32
    assert digits.astype(np.float64).test_images.dtype == np.float64
    assert digits.as_grid(digits.test_images).shape == (355, 8, 8, 1)


def test_idx_folder_scales_bytes(tmp_path):
    dataset = data.idx_folder(_folder(tmp_path / "toy"), dtype=np.float64)
    assert dataset.name == "idx folder toy"
    assert (dataset.classes, dataset.image_shape) == (4, (3, 2))
    assert dataset.train_images.shape == (12, 6)
    pixels = 127.5 * (dataset.train_images + 1)
    np.testing.assert_allclose(pixels, np.round(pixels), atol=1e-10)
    assert dataset.train_labels.tolist() == [0, 1, 2, 3] * 3


def test_idx_folder_checks_given_checksums(tmp_path):
    folder = _folder(tmp_path / "toy")
    md5 = hashlib.md5((folder / data.STEMS[1]).read_bytes()).hexdigest()
    data.idx_folder(folder, {data.STEMS[1]: md5})
    with pytest.raises(ValueError, match=f"{data.STEMS[1]}' has the MD5 {md5}"):
        data.idx_folder(folder, {data.STEMS[1]: "0" * 32})
    with pytest.raises(ValueError, match="unknown idx file 'train-labels': did you mean 'train-labels-idx1-ubyte'"):
        data.idx_folder(folder, {"train-labels": md5})


@pytest.mark.parametrize(
    ("arguments", "classes", "sentence"),
    [
        ({"train_labels": [0, 1, 2]}, None, "has 12 images but 3 labels in its train files"),
        ({"test_labels": [0]}, None, "has 5 images but 1 labels in its t10k files"),
        ({"test_labels": [0, 1, 2, 3, 9]}, None, "test labels from 0 to 9; expected 0 to 3 for 4 classes"),
        ({}, 3, "train labels from 0 to 3; expected 0 to 2 for 3 classes"),
        ({}, 10, "training labels up to 3, but 10 classes were asked for"),
    ],
)
def test_folders_that_disagree(tmp_path, arguments, classes, sentence):
    with pytest.raises(ValueError, match=sentence):
        data.idx_folder(_folder(tmp_path / "toy", **arguments), classes=classes)


def test_train_and_test_of_different_size(tmp_path):
    folder, other = _folder(tmp_path / "toy"), _folder(tmp_path / "other", size=(4, 4))
    (folder / f"{data.STEMS[2]}.gz").write_bytes((other / f"{data.STEMS[2]}.gz").read_bytes())
    with pytest.raises(
        ValueError, match=r"train images of \[3, 2\] pixels but t10k images of \[4, 4\]; expected one size"
    ):
        data.idx_folder(folder)


def test_another_data_set_is_not_mnist(tmp_path):
    with pytest.raises(ValueError, match=r"train-images-idx3-ubyte.gz' has the MD5"):
        data.mnist_folder(_folder(tmp_path / "toy"))


def test_load_by_name(tmp_path):
    folder = _folder(tmp_path / "toy")
    assert data.load("digits").name == "digits"
    assert data.load("idx", folder).classes == 4
    with pytest.raises(ValueError, match="unknown data set 'mnits': did you mean 'mnist'"):
        data.load("mnits")
    with pytest.raises(ValueError, match="'mnist' needs a folder with idx files"):
        data.load("mnist")
    with pytest.raises(ValueError, match="'digits' is embedded"):
        data.load("digits", folder)
    with pytest.raises(ValueError, match="does not exist"):
        data.load("mnist", tmp_path / "absent")


def test_mnist(mnist_dir):
    mnist = data.load("mnist", mnist_dir)
    assert (mnist.name, mnist.classes, mnist.image_shape) == ("mnist", 10, (28, 28))
    assert mnist.train_images.shape == (60_000, 784)
    assert mnist.test_images.shape == (10_000, 784)
    assert mnist.train_images.min() == -1
    assert mnist.train_images.max() == 1
    assert mnist.train_labels[:5].tolist() == [5, 0, 4, 1, 9]


def test_images_of_a_folder_are_used_by_jax_where_they_are(tmp_path):
    dataset = data.idx_folder(_folder(tmp_path))
    for images in (dataset.train_images, dataset.test_images):
        assert images.ctypes.data % data.ALIGNMENT == 0
        if jax.default_backend() == "cpu":
            assert jax.device_put(images).unsafe_buffer_pointer() == images.ctypes.data
