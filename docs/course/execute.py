"""Execute the course: cells of lessons and of the exam, and the solutions, each page in a process of its own.

    python docs/course/execute.py            # all
    python docs/course/execute.py 1 4        # some lessons

Exit code 1 if one fails. Cells run as plain Python, so that nothing but the package is needed.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
LESSONS = sorted(HERE.glob("lesson_*.md"))
CELL = re.compile(r"^```\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)^```$", re.DOTALL | re.MULTILINE)


def cells(lesson: Path) -> list[str]:
    """The source of a lesson's code cells."""
    return [source for _, source in CELL.findall(lesson.read_text(encoding="utf-8"))]


def run(name: str, script: str) -> bool:
    """Run a script in a fresh process, without a display; say how it went."""
    began, before = time.perf_counter(), os.times()
    environment = {"JAX_PLATFORMS": "cpu", "MPLBACKEND": "agg", **os.environ}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment)
    took, after = time.perf_counter() - began, os.times()
    busy = after.children_user - before.children_user + after.children_system - before.children_system
    word = "done" if done.returncode == 0 else "FAILED"
    print(f"{name}: {word} in {took:.0f} s, {busy:.0f} s of processor time", flush=True)
    if done.returncode:
        print(done.stdout[-2000:], done.stderr[-4000:], sep="\n")
    return done.returncode == 0


def main(chosen: list[str]) -> int:
    """Execute what was asked for; the exit code."""
    lessons = [one for one in LESSONS if not chosen or one.stem.removeprefix("lesson_") in chosen]
    if not lessons:
        known = ", ".join(one.stem.removeprefix("lesson_") for one in LESSONS)
        print(f"no lesson {' '.join(chosen)}; known are {known}.", file=sys.stderr)
        return 2
    good = [run(lesson.name, "\n\n".join(cells(lesson))) for lesson in lessons]
    for lesson in lessons:
        solution = HERE / "solutions" / f"{lesson.stem}.py"
        good.append(run(f"solutions/{solution.name}", solution.read_text(encoding="utf-8")))
    if not chosen:
        exam = HERE / "lecturer" / "exam.md"
        good.append(run(f"lecturer/{exam.name}", "\n\n".join(cells(exam))))
    return 0 if all(good) else 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
