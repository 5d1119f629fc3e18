"""Every way in which an idx file can be wrong is one sentence that names it."""

import gzip
import hashlib
import struct

import numpy as np
import pytest

from subtheory.setting import idx

IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 3, 2)


def _idx3(images=IMAGES, magic=2051):
    return struct.pack(">4I", magic, *images.shape) + images.tobytes()


def _gzip(content):
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize("compress", [bytes, _gzip])
@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_content_not_name_decides_compression(tmp_path, compress, name):
    (tmp_path / name).write_bytes(compress(_idx3()))
    np.testing.assert_array_equal(idx.read_images(tmp_path / name), IMAGES)


def test_labels(tmp_path):
    (tmp_path / "labels").write_bytes(struct.pack(">2I", 2049, 3) + bytes([7, 0, 9]))
    assert idx.read_labels(tmp_path / "labels").tolist() == [7, 0, 9]


def test_checksum_is_of_the_uncompressed_bytes(tmp_path):
    (tmp_path / "images.gz").write_bytes(_gzip(_idx3()))
    md5 = hashlib.md5(_idx3()).hexdigest()
    np.testing.assert_array_equal(idx.read_images(tmp_path / "images.gz", md5), IMAGES)
    with pytest.raises(ValueError, match=f"images.gz' has the MD5 {md5} .uncompressed.; expected 0000"):
        idx.read_images(tmp_path / "images.gz", "0000")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "truncated: got 0 bytes, expected at least the 16"),
        (_idx3()[:10], "truncated: got 10 bytes, expected at least the 16"),
        (_idx3()[:-1], "truncated: got 39 bytes, expected 40"),
        (_idx3() + b"x", "too long: got at least 41 bytes, expected 40"),
        (_idx3(magic=2049), "magic number 2049; expected 2051"),
        (_idx3(IMAGES[:0]), r"holds no images: its header gives the shape \[0, 3, 2\]"),
        (_gzip(_idx3())[:-12], "truncated gzip file of"),
        (_gzip(_idx3())[:10] + b"\7" + _gzip(_idx3())[11:], "corrupt gzip file"),
        (_gzip(_idx3())[:-8] + bytes(8), "corrupt gzip file"),
        (b"\x1f\x8b\x07" + bytes(20), "corrupt gzip file"),
    ],
    ids=["empty", "header", "pixel", "extra", "magic", "none", "cut", "block", "crc", "method"],
)
def test_damaged_images(tmp_path, content, sentence):
    (tmp_path / "images").write_bytes(content)
    with pytest.raises(ValueError, match=f"images' .*{sentence}"):
        idx.read_images(tmp_path / "images")


def test_every_truncation_is_refused(tmp_path):
    for compress in (bytes, _gzip):
        whole = compress(_idx3())
        for length in range(len(whole)):
            (tmp_path / "images").write_bytes(whole[:length])
            with pytest.raises(ValueError, match="images'"):
                idx.read_images(tmp_path / "images")


def test_unreadable_file(tmp_path):
    with pytest.raises(ValueError, match=r"cannot read .*absent"):
        idx.read_labels(tmp_path / "absent")


@pytest.mark.parametrize("name", ["t10k-labels-idx1-ubyte", "t10k-labels-idx1-ubyte.gz", "t10k-labels.idx1-ubyte"])
def test_known_spellings_are_found(tmp_path, name):
    (tmp_path / name).write_bytes(b"x")
    assert idx.find_file(tmp_path, "t10k-labels-idx1-ubyte").name == name


def test_folder_missing_empty_or_without_the_file(tmp_path):
    with pytest.raises(ValueError, match="absent' does not exist"):
        idx.find_file(tmp_path / "absent", "labels")
    with pytest.raises(ValueError, match="is empty; expected"):
        idx.find_file(tmp_path, "labels")
    (tmp_path / "other").touch()
    with pytest.raises(ValueError, match="other' is a file"):
        idx.find_file(tmp_path / "other", "labels")
    with pytest.raises(ValueError, match=r"has no a-idx1; looked for a-idx1, a-idx1.gz, a.idx1, a.idx1.gz"):
        idx.find_file(tmp_path, "a-idx1")
