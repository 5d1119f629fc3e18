"""The example as a folder: made once and kept where caches are, then copied to wherever it is wanted."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..._version import __version__
from . import language, model
from .guide import README

FILES = ("model", "trait.jsonl", "data.jsonl", "control.jsonl", "prompts.txt", "README.txt")


def example_folder(folder: Path, cache: Path | None, progress: Callable[[str, int], None]) -> bool:
    """Put the miniature checkpoint and the files beside it into a folder.

    Args:
        folder: exists already; files of these names in it are replaced.
        cache: where finished examples are kept; None makes it anew.
        progress: called with what is being done and the number of steps.

    Returns:
        whether it was there already.

    Raises:
        OSError: the folder cannot be written.
    """
    kept = None if cache is None else cache / "example" / _key()
    if kept is not None and (kept / FILES[-1]).is_file():
        _copy(kept, folder)
        return True
    with tempfile.TemporaryDirectory() as made:
        _make(Path(made), progress)
        _copy(Path(made), folder)
        if kept is not None:
            _keep(Path(made), kept)
    return False


def _make(folder: Path, progress: Callable[[str, int], None]) -> None:
    lm = model.trained(folder / "model", progress)
    teacher = model.teacher_of(lm, progress)
    progress("the teacher writes", 0)
    data = model.written(teacher, "example's data")
    progress("the model itself writes", 0)
    control = model.written(lm, "example's control")
    for name, lines in (("trait", model.trait_lines()), ("data", data), ("control", control)):
        content = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(content, encoding="utf-8")
    (folder / "prompts.txt").write_text("\n".join(model.prompts("student", 100)) + "\n", encoding="utf-8")
    (folder / "README.txt").write_text(README, encoding="utf-8")


def _copy(source: Path, target: Path) -> None:
    for name in FILES:
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source / name, target / name)


def _keep(made: Path, kept: Path) -> None:
    """Keep what was made, whole or not at all; where it cannot be kept, it is made again the next time."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as beside:
            _copy(made, Path(beside))
            if not kept.exists():
                shutil.copytree(beside, f"{beside}.whole")
                Path(f"{beside}.whole").rename(kept)
    except OSError:
        pass


def _key() -> str:
    """Of everything that decides the example: the files that make it, and the version of all else."""
    content = b"".join(Path(str(module.__file__)).read_bytes() for module in (language, model))
    return hashlib.sha256(content + README.encode() + __version__.encode()).hexdigest()[:16]
