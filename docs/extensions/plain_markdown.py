"""What a page writes so that it reads well on GitHub, turned into what the site wants when the page is read.

- ``<a id="t1"></a>`` on a line of its own is the target ``(t1)=``, and ``[T1](#t1)`` a reference to it;
- ``(eq-phi)`` behind a displayed equation is its label, and anywhere else in the text a reference to it;
- ``![words](figures/name.png)`` with a quotation below is a figure with its caption.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FIGURE = re.compile(r"(?m)^!\[([^\]\n]*)\]\((figures/(\w+)\.png)\)\n\n((?:> .+\n)+)")


def for_the_site(text: str) -> str:
    """A page as MyST reads it.

    >>> for_the_site("By (eq-phi) and [T1](#t1)")
    'By {eq}`eq-phi` and [T1](t1)'
    """
    text = re.sub(r'(?m)^<a id="([\w-]+)"></a>$', r"(\1)=", text)
    text = re.sub(r"\]\((?:[\w./-]*theory\.md)?#(t\d+)\)", r"](\1)", text)
    text = re.sub(r"(?<!\$\$ )\((eq-[a-z-]+)\)", r"{eq}`\1`", text)
    return FIGURE.sub(_figure, text)


def _figure(found: re.Match[str]) -> str:
    words, path, stem, quoted = found.groups()
    caption = "\n".join(line.removeprefix("> ") for line in quoted.splitlines())
    name = f"fig-{stem.replace('_', '-')}"
    return f"```{{figure}} {path}\n:alt: {words}\n:name: {name}\n\n{caption}\n```\n"


def _read(app: Sphinx, docname: str, source: list[str]) -> None:
    source[0] = for_the_site(source[0])


def setup(app: Sphinx):
    """Called by Sphinx."""
    app.connect("source-read", _read)
    return {"version": "1", "parallel_read_safe": True}
