"""Files that are either whole or absent: temporary sibling, fsync, rename.

A temporary sibling is locked while it is written. One without a lock is what a killed process has left, and the next
write of that file takes it away.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO


class WriteError(OSError):
    """A file could not be written; the message is one sentence and whatever was there before is untouched."""


def write_file(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a reader, or a crash, sees the old file or the new one, never a part.

    Args:
        path: the file, in a folder that exists.
        content: its bytes.

    Raises:
        WriteError: if the disk is full or the folder cannot be written.
    """
    write_files(path.parent, {path.name: content})


def write_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write several files of one folder: all temporary siblings first, then the renames, in the given order.

    Whatever needs space happens before the first rename, so a full disk leaves every old file as it was.

    Args:
        folder: an existing folder.
        contents: file name → bytes.

    Raises:
        WriteError: if the disk is full or the folder cannot be written.
    """
    written: list[tuple[Path, Path]] = []
    try:
        try:
            with contextlib.ExitStack() as opened:
                for name, content in contents.items():
                    _sweep(folder, name)
                    stream = opened.enter_context(_temporary(folder, name))
                    written.append((Path(stream.name), folder / name))
                    stream.write(content)
                    stream.flush()
                    os.fsync(stream.fileno())
                while written:
                    temporary, final = written[0]
                    temporary.replace(final)
                    written.pop(0)
            _sync_folder(folder)
        except OSError as error:
            raise WriteError(_sentence(folder, error)) from error
    finally:
        for temporary, _ in written:
            temporary.unlink(missing_ok=True)


def writable_folder(folder: Path) -> None:
    """Create ``folder`` if need be and prove that a file can be written into it.

    Raises:
        ValueError: if it cannot be created or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ValueError(
            f"cannot write to {str(folder)!r} ({reason}); expected a folder that exists or can be created: choose "
            "another."
        ) from error


def _temporary(folder: Path, name: str) -> BinaryIO:
    """A new file beside ``name``, open and locked."""
    while True:
        path = folder / f".{name}.{secrets.token_hex(4)}.tmp"
        stream = path.open("xb")
        _lock(stream, wait=True)
        if path.exists():  # nobody swept it away before it was locked
            return stream
        stream.close()


def _sweep(folder: Path, name: str) -> None:
    """Take away temporary files of ``name`` that nobody writes any more."""
    for path in folder.glob(f".{glob.escape(name)}.????????.tmp"):
        with contextlib.suppress(OSError), path.open("rb") as stream:
            if _lock(stream, wait=False):
                path.unlink()


def _lock(stream: BinaryIO, *, wait: bool) -> bool:
    """Whether the file is now locked by this process; never where the system or the disk knows no locks."""
    try:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


def _sentence(folder: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk holding {str(folder)!r} is full; nothing was changed there: free some space and run again."
    reason = (error.strerror or str(error)).lower()
    return f"could not write to {str(folder)!r} ({reason}); what was there before is unchanged."


def _sync_folder(folder: Path) -> None:
    """Make the renames themselves durable, where the system lets a folder be opened."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
