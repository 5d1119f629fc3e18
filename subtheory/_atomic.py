"""Files that are either whole or absent: temporary sibling, fsync, rename."""

from __future__ import annotations

import errno
import os
import secrets
import tempfile
from collections.abc import Mapping
from pathlib import Path


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
            for name, content in contents.items():
                temporary = folder / f".{name}.{secrets.token_hex(4)}.tmp"
                with temporary.open("xb") as stream:
                    written.append((temporary, folder / name))
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
