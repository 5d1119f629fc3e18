"""A process of its own in which chat templates are rendered: ``chat_templates.py`` runs this file, never imports it.

A template is a program, and Jinja's sandbox bounds neither its time nor its memory (nested loops, ``'%99999999d' % 1``,
``x ~ x`` again). The kernel bounds both here: each render has its share of processor time, the process its
memory, and who goes beyond is ended. Imports nothing of this package, so that it starts in a tenth of a second.

A request is a line of JSON, ``{"template": ..., "given": {...}, "seconds": ..., "characters": ...}``; the answer,
``{"text": ...}``, ``{"refused": ...}`` (the template's own ``raise_exception``) or ``{"error": ...}``.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Refused(Exception):  # noqa: N818  (what a template calls an exception is no error of ours)
    """The template called ``raise_exception``."""


class Generation(Extension):
    """``{% generation %} ... {% endgeneration %}``, which marks the assistant's own words: what is within counts."""

    tags = {"generation"}  # noqa: RUF012  (as the base class has it)

    def parse(self, parser: Parser) -> nodes.Node:
        """The block's body, in a scope of its own."""
        line = next(parser.stream).lineno
        return nodes.Scope(parser.parse_statements(("name:endgeneration",), drop_needle=True), lineno=line)


def _raise(message: Any) -> None:
    raise Refused(str(message))


def _tojson(
    value: Any, ensure_ascii: bool = False, indent: Any = None, separators: Any = None, sort_keys: bool = False
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


@lru_cache(maxsize=16)
def compiled(source: str) -> Any:
    """A template ready to be rendered; compiling a real one takes a hundred times as long as rendering it."""
    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, "jinja2.ext.loopcontrols"]
    )
    environment.globals["raise_exception"] = _raise
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    environment.filters["tojson"] = _tojson
    return environment.from_string(source)


def rendered(template: str, given: dict[str, Any], characters: int) -> dict[str, str]:
    """The text, or why there is none."""
    try:
        pieces, length = [], 0
        for piece in compiled(template).generate(given):
            length += len(piece)
            if length > characters:
                return {"error": f"it gives more than {characters} characters"}
            pieces.append(piece)
        return {"text": "".join(pieces)}
    except Refused as refusal:
        return {"refused": str(refusal)[:1000]}
    except MemoryError:
        return {"error": "it needs too much memory"}
    except RecursionError:
        return {"error": "it is nested too deeply, or calls itself"}
    except TemplateError as error:
        return {"error": f"{error}"[:1000]}
    except Exception as error:  # a template may do anything that Python objects to
        return {"error": f"{type(error).__name__}: {error}"[:1000]}


def limited(seconds: float, work: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What ``work`` gives; beyond its processor time, the kernel ends this process."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Answer one request after another until the input ends."""
    for kind, most in ((resource.RLIMIT_AS, int(sys.argv[1])), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # a system that does not know this limit
            resource.setrlimit(kind, (most, most))
    sys.stdout.buffer.write(b"{}\n")  # ready
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        work = lambda asked=asked: rendered(asked["template"], asked["given"], asked["characters"])  # noqa: E731
        answer = json.dumps(limited(asked["seconds"], work))
        sys.stdout.buffer.write(answer.encode() + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
