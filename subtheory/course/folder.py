"""The lessons' files: where they are, and copies of them for a learner."""

from __future__ import annotations

import importlib
from pathlib import Path

from .._atomic import writable_folder, write_files
from .registry import lessons


def materials() -> Path:
    """The folder of the lessons: in an installed package its own, in a checkout docs/course.

    Raises:
        ValueError: if neither is there.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_course", package.parent / "docs" / "course"):
        if (folder / f"{lessons()[0].stem}.md").is_file():
            return folder
    raise ValueError("the lessons are not installed beside the package; install subtheory again, or use a checkout.")


def as_notebook(markdown: str) -> str | None:
    """A MyST page as a Jupyter notebook; None where jupytext is not installed."""
    try:
        jupytext = importlib.import_module("jupytext")
    except ImportError:
        return None
    return jupytext.writes(jupytext.reads(markdown, fmt="md:myst"), fmt="ipynb")


def start(folder: Path) -> list[str]:
    """Copy the lessons into a folder; what was done, in sentences.

    Raises:
        ValueError: if a lesson is there already, or the folder cannot be made.
        WriteError: if the files cannot be written; then none is there.
    """
    pages = {one.stem: (materials() / f"{one.stem}.md").read_text(encoding="utf-8") for one in lessons()}
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{str(folder)!r} is a file; expected a folder, or a name that is free.")
    there = [stem for stem in pages if any((folder / f"{stem}.{ending}").exists() for ending in ("md", "ipynb"))]
    if there:
        raise ValueError(f"{str(folder)!r} has {there[0]} already, and nothing is overwritten: choose another folder.")
    notebooks = {stem: as_notebook(page) for stem, page in pages.items()}
    files = {
        f"{stem}.md" if notebook is None else f"{stem}.ipynb": (notebook or pages[stem]).encode()
        for stem, notebook in notebooks.items()
    }
    writable_folder(folder)
    write_files(folder, files)
    first = next(iter(files))
    said = [f"{len(files)} lessons are in {folder}: begin with {first}."]
    if first.endswith(".md"):
        said.append(
            "jupytext is not installed: they are Markdown notebooks. With it, in a new folder, they are .ipynb."
        )
    return said
