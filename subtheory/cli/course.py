"""``subtheory course``: its options."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro


@dataclass(frozen=True)
class StartCourse:
    """Copy the lessons into a folder.

    They become Jupyter notebooks where jupytext is installed, and stay Markdown notebooks where it is not. Nothing is
    ever overwritten.

    Exit code: 0, 2 for bad usage or where a lesson is there already, 1 if the folder cannot be written.

    For example:

      subtheory course start my_course
    """

    folder: Annotated[Path, tyro.conf.Positional]
    """Where to; made if it is not there."""

    def run(self) -> int:
        """Copy; the exit code."""
        from ..course.folder import start  # only now, so that --help and bad usage answer at once

        for line in start(self.folder):
            print(line)
        return 0


@dataclass(frozen=True)
class ListCourse:
    """List lessons and exercises, with difficulty and minutes.

    For example:

      subtheory course list
    """

    def run(self) -> int:
        """List; the exit code."""
        from ..course.registry import lessons  # only now, so that --help answers at once

        for lesson in lessons():
            print(f"Lesson {lesson.number}: {lesson.title} ({lesson.all_minutes} minutes with its exercises)")
            for exercise in lesson.exercises:
                print(f"  {exercise}")
        return 0
