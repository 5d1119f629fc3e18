"""Fetching MNIST once, with checksums, into a folder that ``data.mnist_folder`` reads. Needs the extra ``data``."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .. import _atomic
from .._extras import library
from . import idx
from .data import MNIST_MD5, STEMS

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)


def mnist(folder: Path | str | None = None, mirrors: Sequence[str] = MIRRORS) -> Path:
    """Download whatever of MNIST's four files is not yet in ``folder``, and return the folder.

    A file reaches the folder only whole and with the well-known MD5 of its uncompressed content; a folder that is
    complete is not touched and no connection is made. Data set: LeCun, Cortes, Burges, CC BY-SA 3.0, about 11 MB.

    Args:
        folder: where to keep the files; None for the user's cache folder.
        mirrors: base addresses, tried in turn for each file.

    Returns:
        The folder, for ``data.mnist_folder`` or ``--data-dir``.

    Raises:
        ImportError: if pooch is not installed.
        ValueError: if no mirror gives a file with the right checksum, or the folder cannot be written.
    """
    pooch = library("downloading", "data", "pooch")
    folder = Path(folder) if folder is not None else Path(pooch.os_cache("subtheory")) / "mnist"
    _atomic.writable_folder(folder)
    fetch = pooch.HTTPDownloader(progressbar=False, timeout=60)
    for stem in STEMS:
        if not _present(folder, stem):
            _atomic.write_file(folder / f"{stem}.gz", _fetched(fetch, mirrors, stem))
    return folder


def _present(folder: Path, stem: str) -> bool:
    """Whether the folder has this file right; a wrong one that the download would not replace is an error."""
    try:
        found = idx.find_file(folder, stem)
    except ValueError:
        return False
    try:
        right = _md5(found) == MNIST_MD5[stem]
    except ValueError:
        right = False
    if not right and found.name != f"{stem}.gz":
        raise ValueError(f"{str(found)!r} is not MNIST's {stem} and is in the way of the download; move it away.")
    return right


def _fetched(fetch, mirrors: Sequence[str], stem: str) -> bytes:
    """The compressed bytes of one file from the first mirror that has them right."""
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        for mirror in mirrors:
            path = Path(scratch) / f"{stem}.gz"
            try:
                fetch(f"{mirror.rstrip('/')}/{stem}.gz", str(path), None)
                checksum = _md5(path)
            except (OSError, ValueError) as error:
                failures.append(f"{mirror} ({type(error).__name__})")
                continue
            if checksum == MNIST_MD5[stem]:
                return path.read_bytes()
            failures.append(f"{mirror} (MD5 {checksum}, expected {MNIST_MD5[stem]})")
    tried = ", ".join(failures) or "no mirror at all"
    raise ValueError(
        f"could not download {stem}.gz; tried {tried}: check the connection, or give a folder of your own."
    )


def _md5(path: Path) -> str:
    return hashlib.md5(idx.uncompressed(path), usedforsecurity=False).hexdigest()
