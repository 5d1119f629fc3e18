"""A terminal of another encoding gets what it can show, and the exit code is that of the command."""

import os
import subprocess
import sys

ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
PROGRAM = "import sys; {} print('\\u03b8 is the trait of', 3)"


def told(first):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONIOENCODING"} | ASCII
    return subprocess.run([sys.executable, "-c", PROGRAM.format(first)], capture_output=True, env=environment)


def test_what_ascii_lacks_becomes_a_question_mark():
    done = told("from subtheory.cli.terminal import show_what_can_be_shown; show_what_can_be_shown();")
    assert (done.returncode, done.stdout) == (0, b"? is the trait of 3\n")


def test_without_it_the_words_are_lost():
    assert told("").returncode == 1
