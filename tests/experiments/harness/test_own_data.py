"""Any folder of idx files is a data set of the experiments by a name of one's own; what cannot be used is refused."""

import hashlib
import struct

import jax
import numpy as np
import pytest

from experiments import __main__ as command
from experiments.auxiliary_logits import class_count, mnist_aux_logits
from experiments.auxiliary_logits.common import sweep
from experiments.auxiliary_logits.common.protocol import Protocol
from paper_figures.drawing import reading
from subtheory import record
from subtheory.setting import data

TINY = Protocol(hidden=(4,), teacher_epochs=1, student_epochs=1, batch=40, noise=40, theory_inputs=8)
FOUR = np.arange(40) % 4


def folder(path, train=FOUR, test=FOUR[:20], images=None, side=3):
    """Four uncompressed idx files; images are noise."""
    path.mkdir()
    rng = np.random.default_rng(0)
    for (image_stem, label_stem), labels in zip((data.STEMS[:2], data.STEMS[2:]), (train, test), strict=True):
        count = len(labels) if images is None else images
        pixels = rng.integers(0, 256, (count, side, side), dtype=np.uint8)
        (path / image_stem).write_bytes(struct.pack(">4I", 2051, count, side, side) + pixels.tobytes())
        (path / label_stem).write_bytes(struct.pack(">2I", 2049, len(labels)) + labels.astype(np.uint8).tobytes())
    return path


@pytest.fixture(autouse=True)
def precision():
    """The process's precision left as it was: the command line sets it."""
    before = jax.config.jax_enable_x64
    yield
    jax.config.update("jax_enable_x64", before)


@pytest.fixture
def tiny(monkeypatch):
    """mnist_aux_logits with MNIST's protocol made tiny."""
    config = mnist_aux_logits.Config(1, mnist=TINY)
    monkeypatch.setattr(mnist_aux_logits, "PRESETS", {"quick": config, "paper": config})
    monkeypatch.setattr(mnist_aux_logits, "STUDENTS", {"student_aux": mnist_aux_logits.STUDENTS["student_aux"]})


def test_a_folder_of_four_classes_runs_by_mnist_s_protocol_and_its_name_is_kept(tiny, tmp_path):
    files = folder(tmp_path / "files")
    arguments = [
        "run",
        "mnist_aux_logits",
        "--data",
        "shapes",
        "--data-dir",
        str(files),
        "--out",
        str(tmp_path / "out"),
    ]
    assert command.main(arguments) == 0
    written = record.read(tmp_path / "out" / "mnist_aux_logits")
    assert written.run["config"]["data"] == "shapes"
    assert written.run["data"] == {"name": "shapes", "classes": 4, "training images": 40, "test images": 20}
    assert reading.read("mnist_aux_logits", tmp_path / "out").chance == 1 / 4
    accuracies = [row["value"] for row in written.rows if row["metric"] == "test_accuracy"]
    assert [round(20 * value, 4) % 1 for value in accuracies] == [0, 0, 0]  # shares of twenty test images
    assert mnist_aux_logits._protocol(mnist_aux_logits.PRESETS["quick"]).noise != TINY.noise  # digits keep their own


def test_the_first_classes_are_what_remains():
    digits = data.digits()
    three = data.first_classes(digits, 3)
    assert three.classes == 3
    assert set(three.train_labels) == set(three.test_labels) == {0, 1, 2}
    np.testing.assert_array_equal(three.train_images, digits.train_images[digits.train_labels < 3])
    assert data.first_classes(digits, 3) is three
    for classes in (1, 11):
        with pytest.raises(ValueError, match=f"got {classes} classes of digits, whose labels are 0 to 9; expected"):
            data.first_classes(digits, classes)


def refused(capsys, files, *options):
    assert command.main(["run", *options, "--data", "shapes", "--data-dir", str(files), "--out", "out"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


def test_more_classes_than_labels_are_refused_before_anything_is_computed(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    error = refused(capsys, folder(tmp_path / "files"), "class_count")
    assert "got 5 classes of shapes, whose labels are 0 to 3; expected from 2 to 4 classes." in error
    assert not (tmp_path / "out").exists()
    sweep.check(class_count.PRESETS["paper"], data.digits())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"images": 39}, "has 39 images but 40 labels in its train files; expected as many"),
        ({"test": np.arange(20) % 5}, "has test labels from 0 to 4; expected 0 to 3 for 4 classes"),
        ({"train": np.where(FOUR == 1, 0, FOUR)}, "has training labels up to 3 but none is 1; expected every class"),
    ],
)
def test_a_folder_that_disagrees_with_itself_is_one_sentence(files, words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert words in refused(capsys, folder(tmp_path / "files", **files), "mnist_aux_logits")


def test_names(tmp_path, monkeypatch):
    files = folder(tmp_path / "files")
    for name in ("mnist", "idx", "my images", "../up"):
        with pytest.raises(ValueError, match="expected letters, digits, dots, dashes and underscores, and none of"):
            data.named_folder(name, files)
    labels = (files / data.STEMS[1]).read_bytes()
    monkeypatch.setattr(data, "MNIST_MD5", {data.STEMS[1]: hashlib.md5(labels).hexdigest()})
    with pytest.raises(ValueError, match="holds MNIST's labels, but the data set is called 'fashion'; call it mnist"):
        data.named_folder("fashion", files)
