"""Reading idx files, the format of MNIST: a big-endian header (magic number, sizes), then unsigned bytes.

Files may be gzip-compressed or not; the content decides, not the name. Every way in which a folder can be wrong is one
sentence that names the file.

Reference: Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits*, section "File formats".
"""

from __future__ import annotations

import gzip
import hashlib
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

LABELS_MAGIC = 0x0801
IMAGES_MAGIC = 0x0803
LARGEST = 2**30
"""Bytes of a file when it is uncompressed: the largest of these data sets, EMNIST's, has half of it."""
_GZIP = b"\x1f\x8b"


def find_file(folder: Path | str, stem: str) -> Path:
    """The file of ``folder`` that is called ``stem``, ``stem.gz``, or has a dot in place of the dash before ``idx``.

    EMNIST's names are found too (``emnist-letters-test-images-idx3-ubyte``), and files one level or two below, where
    other libraries put them (``MNIST/raw``), if there is one of the name only.

    Args:
        folder: where the idx files lie.
        stem: MNIST's name of the file, such as ``"train-images-idx3-ubyte"``.

    Raises:
        ValueError: if the folder is missing or empty, or holds no such file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        got = "is a file" if folder.exists() else "does not exist"
        raise ValueError(f"the data folder {str(folder)!r} {got}; expected a folder with MNIST-style idx files.")
    if not any(folder.iterdir()):
        raise ValueError(f"the data folder {str(folder)!r} is empty; expected MNIST-style idx files such as {stem}.gz.")
    dotted = stem.replace("-idx", ".idx")
    candidates = [name + suffix for name in (stem, dotted) for suffix in ("", ".gz")]
    for candidate in candidates:
        if (folder / candidate).is_file():
            return folder / candidate
    ends = {name.replace("t10k", "test") + suffix for name in (stem, dotted) for suffix in ("", ".gz")} | {*candidates}
    for pattern in ("*", "raw/*", "*/raw/*"):
        found = [path for path in sorted(folder.glob(pattern)) if path.is_file() and path.name.endswith(tuple(ends))]
        stems = {path.name.removesuffix(".gz") for path in found}
        if len(stems) == 1:
            return found[0]
        if stems:
            raise ValueError(
                f"the data folder {str(folder)!r} has several files for {stem} ({', '.join(sorted(stems))}); "
                "expected one data set in a folder."
            )
    raise ValueError(f"the data folder {str(folder)!r} has no {stem}; looked for {', '.join(candidates)}.")


def read_images(path: Path | str, md5: str | None = None) -> UInt8[np.ndarray, "N height width"]:
    """The images of an idx3 file, one byte per pixel (0 … 255).

    Args:
        path: the file, gzip-compressed or not.
        md5: the checksum that its *uncompressed* bytes must have, in hexadecimal; None checks nothing.

    Raises:
        ValueError: if the file is missing, truncated, corrupt, of another kind, or has another checksum.
    """
    return _read(Path(path), IMAGES_MAGIC, "images", md5)


def read_labels(path: Path | str, md5: str | None = None) -> UInt8[np.ndarray, " N"]:
    """The labels of an idx1 file, one byte each.

    Args:
        path: the file, gzip-compressed or not.
        md5: the checksum that its *uncompressed* bytes must have, in hexadecimal; None checks nothing.

    Raises:
        ValueError: if the file is missing, truncated, corrupt, of another kind, or has another checksum.
    """
    return _read(Path(path), LABELS_MAGIC, "labels", md5)


def uncompressed(path: Path | str, most: int = LARGEST) -> bytes:
    """The file's bytes, decompressed if they start as gzip does; a file that would be too large is given up early.

    Args:
        path: the file.
        most: bytes that are read, and one more, which shows that there were more.

    Raises:
        ValueError: if it cannot be read, is larger than ``LARGEST``, or its gzip stream is truncated or corrupt.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            compressed = stream.read(len(_GZIP)) == _GZIP
            stream.seek(0)
            content = (gzip.GzipFile(fileobj=stream) if compressed else stream).read(most + 1)
        if len(content) > LARGEST:
            raise ValueError(f"{str(path)!r} holds more than {LARGEST} bytes; expected a data set of fewer.")
        return content
    except EOFError as error:
        size = path.stat().st_size
        raise ValueError(f"{str(path)!r} is a truncated gzip file of {size} bytes; fetch it again.") from error
    except (zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{str(path)!r} is a corrupt gzip file ({error}); fetch it again.") from error
    except OSError as error:
        raise ValueError(f"cannot read {str(path)!r} ({(error.strerror or str(error)).lower()}).") from error


def _read(path: Path, magic: int, what: str, md5: str | None) -> np.ndarray:
    dimensions = magic & 0xFF
    header = 4 * (1 + dimensions)
    content = uncompressed(path, header)[:header]
    if len(content) < header:
        raise ValueError(
            f"{str(path)!r} is truncated: got {len(content)} bytes, expected at least the {header} of an idx header."
        )
    found, *sizes = struct.unpack(f">{1 + dimensions}I", content[:header])
    if found != magic:
        raise ValueError(
            f"{str(path)!r} has the magic number {found}; expected {magic}, idx{dimensions} {what} of unsigned bytes."
        )
    expected = header + math.prod(sizes)
    if expected > LARGEST:
        raise ValueError(
            f"{str(path)!r} announces {what} of shape {sizes}, {expected} bytes; expected at most {LARGEST}."
        )
    content = uncompressed(path, expected)
    if len(content) != expected:
        got = len(content) if len(content) < expected else f"at least {len(content)}"
        problem = "is truncated" if len(content) < expected else "is too long"
        raise ValueError(f"{str(path)!r} {problem}: got {got} bytes, expected {expected} for {what} of shape {sizes}.")
    if md5 is not None:
        checksum = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if checksum != md5:
            raise ValueError(
                f"{str(path)!r} has the MD5 {checksum} (uncompressed); expected {md5}: fetch it again, or read it as "
                "another data set."
            )
    if not math.prod(sizes):
        raise ValueError(f"{str(path)!r} holds no {what}: its header gives the shape {sizes}.")
    return np.frombuffer(content, np.uint8, offset=header).reshape(sizes)
