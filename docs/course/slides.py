"""Every figure of the lessons as SVG for slides, and beside each the code that drew it.

    python docs/course/slides.py FOLDER            # all lessons
    python docs/course/slides.py FOLDER 1 6        # some

A lesson's cells run in order, as in a notebook. What a cell draws becomes ``lesson_N_figure_M.svg``; its source,
``lesson_N_figure_M.py``, holds all cells up to that one, so that it runs by itself.
"""

from __future__ import annotations

import contextlib
import io
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")
import matplotlib.pyplot as plt

sys.path.insert(0, str(Path(__file__).parent))  # as where it is run as a script
from execute import LESSONS, cells


def figures(lesson: Path) -> Iterator[tuple[str, bytes]]:
    """Source and picture of each figure of a lesson, in its order."""
    module = types.ModuleType("lesson")
    sys.modules[module.__name__] = module  # where dataclasses look for the names in a cell's annotations
    done: list[str] = []
    for source in cells(lesson):
        done.append(source)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, f"{lesson.name}, cell {len(done)}", "exec"), module.__dict__)
        for number in plt.get_fignums():
            picture = io.BytesIO()
            plt.figure(number).savefig(picture, format="svg", metadata={"Date": None})
            yield "\n\n".join(done), picture.getvalue()
        plt.close("all")


def main(arguments: list[str]) -> int:
    """Write the figures of the lessons that were asked for; the exit code."""
    if not arguments or arguments[0].startswith("-"):
        print("got no folder; expected: python docs/course/slides.py FOLDER [LESSON ...].", file=sys.stderr)
        return 2
    folder, chosen = Path(arguments[0]), arguments[1:]
    known = {lesson.stem.removeprefix("lesson_"): lesson for lesson in LESSONS}
    if unknown := [one for one in chosen if one not in known]:
        print(f"no lesson {' '.join(unknown)}; known are {', '.join(known)}.", file=sys.stderr)
        return 2
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        print(f"cannot make the folder {str(folder)!r}: {error.strerror}.", file=sys.stderr)
        return 2
    mpl.rcParams["svg.hashsalt"] = "subtheory"  # the same bytes every time
    mpl.rcParams["svg.fonttype"] = "none"  # words stay words: slides can change their face and size
    for number in chosen or known:
        for count, (source, picture) in enumerate(figures(known[number]), 1):
            name = folder / f"{known[number].stem}_figure_{count}"
            name.with_suffix(".svg").write_bytes(picture)
            name.with_suffix(".py").write_text(source, encoding="utf-8")
            print(name.with_suffix(".svg"), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
