"""Chat templates, which are programs that strangers wrote: rendered beside this process, within limits.

One worker is started at the first render and kept, so that its compiled templates are: a render costs what a pipe costs
more than one here would. A worker that was ended by its limits is replaced at the next render.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from .._json_file import one_line

SECONDS = 1.0
"""Processor time of one render; honest templates need a thousandth of it."""

PATIENCE = 60.0
"""Seconds to wait for an answer: the worker never sleeps, so that its processor time ends it on a busy machine too."""

MEMORY = 2**29
CHARACTERS = 2**24
LONGEST_TEMPLATE = 2**20
LONGEST_ERROR = 300


def render(template: str, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> str:
    """The text of a conversation by a template.

    Args:
        template: Jinja's source.
        messages: in order; their roles and contents as the template wants them.
        values: further names that it reads; what JSON can say.

    Raises:
        ValueError: a template that is wrong, refuses the messages, leaves the system's out, or goes beyond the limits
            of time, memory and length; at most 300 characters.
    """
    said = [dict(one) for one in messages]
    without = [one for one in said if one.get("role") != "system"]
    answer = _asked(template, said, values)
    text = answer.get("text")
    heard = "ended" in answer or (text is not None and _all_in(text, said))
    if 0 < len(without) < len(said) and not heard:
        plain = _asked(template, without, values).get("text")
        if plain is not None and plain == (text if text is not None else plain):
            why = f" ({answer['refused']})" if "refused" in answer else ""
            raise ValueError(
                one_line(f"the chat template has no system role{why}; put that text at the beginning of the first user "
                         "message.", LONGEST_ERROR)
            )  # fmt: skip
    if text is not None:
        return text
    if "refused" in answer:
        raise ValueError(one_line(f"the chat template refuses these messages: {answer['refused']}", LONGEST_ERROR))
    raise ValueError(one_line(f"the chat template cannot be rendered: {answer['error'].rstrip('.')}.", LONGEST_ERROR))


def _all_in(text: str, said: Sequence[Mapping[str, Any]]) -> bool:
    systems = [one.get("content") for one in said if one.get("role") == "system"]
    return all(isinstance(content, str) and content.strip() in text for content in systems)


def _asked(template: str, messages: Sequence[Mapping[str, Any]], values: Mapping[str, Any]) -> dict[str, str]:
    if len(template) > LONGEST_TEMPLATE:
        return {"error": f"it has {len(template)} characters, expected at most {LONGEST_TEMPLATE}"}
    request = {"template": template, "given": {**values, "messages": messages}, "seconds": SECONDS}
    try:
        line = json.dumps({**request, "characters": CHARACTERS})
    except (TypeError, ValueError, RecursionError) as error:
        return {"error": f"its values are not such as JSON can say ({error})"}
    with _LOCK:
        worker = _worker()
        answer = worker.answer(line)
        if answer is None:
            worker.close()
            del _WORKERS[os.getpid()]
    limits = f"{SECONDS:g} s of processor time, or more than {MEMORY // 2**20} MB of memory"
    return answer or {"error": f"it takes more than {limits}", "ended": "by its limits"}


class _Worker:
    """The process, as this one holds it."""

    def __init__(self) -> None:
        where = [str(Path(spec.origin).parents[1]) for name in ("jinja2", "markupsafe")
                 if (spec := find_spec(name)) and spec.origin]  # fmt: skip
        file = Path(__file__).with_name("template_worker.py")
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(file), str(MEMORY)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(where), "PYTHONUTF8": "1"},
            start_new_session=True,  # an interrupt at the keyboard is for this process alone
        )  # fmt: skip
        self.owner = os.getpid()
        self.waiting = select.poll()
        self.waiting.register(self.process.stdout, select.POLLIN | select.POLLHUP)  # type: ignore[arg-type]
        self.read(PATIENCE)

    def answer(self, line: str) -> dict[str, str] | None:
        """What the worker says to a request; None where it was ended, or said nothing in time."""
        assert self.process.stdin is not None
        try:
            left = memoryview(line.encode() + b"\n")
            while left:
                left = left[self.process.stdin.write(left) :]
            return json.loads(self.read(PATIENCE))
        except (OSError, ValueError):
            return None

    def read(self, patience: float) -> bytes:
        """The worker's next line; what there is of it where it was ended, or takes too long."""
        assert self.process.stdout is not None
        parts = [b""]
        while not parts[-1].endswith(b"\n") and self.waiting.poll(1000 * patience):
            parts.append(os.read(self.process.stdout.fileno(), 2**20))
            if not parts[-1]:
                break
        return b"".join(parts)

    def close(self) -> None:
        """End the process and everything that is held of it."""
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        if self.owner == os.getpid():
            self.process.kill()
            self.process.wait()


_LOCK = threading.Lock()
_WORKERS: dict[int, _Worker] = {}
"""The worker of this process, if it has one: a cache, by process number, since a fork must not share its parent's."""


def _worker() -> _Worker:
    own = os.getpid()
    if own in _WORKERS and _WORKERS[own].process.poll() is not None:
        _WORKERS.pop(own).close()  # somebody else ended it
    if own not in _WORKERS:
        _WORKERS[own] = _Worker()
        atexit.register(_close_all)
    return _WORKERS[own]


def _close_all() -> None:
    worker = _WORKERS.pop(os.getpid(), None)
    if worker:
        worker.close()
