"""Make ``docs/lab/index.html`` of ``docs/lab/src``: one file that needs no server and no network.

Modules are put in one after another, each after what it imports; what they export keeps its name, so that names at
the top of a module must differ between modules. The standard library is all that is needed, and the same sources
always give the same bytes.

    python docs/lab/build.py
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
SOURCES, PAGE = HERE / "src", HERE / "index.html"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([\w]+)\.js";\n', re.MULTILINE)
TOP = re.compile(r"^(?:export )?(?:const|let|class|function\*?) (\w+)", re.MULTILINE)


def in_order(name: str, done: dict[str, str], above: tuple[str, ...] = ()) -> dict[str, str]:
    """Name → text of a module and of all that it imports, each after what it needs.

    Raises:
        ValueError: modules that import each other in a ring, or a name that is imported and not exported.
    """
    if name in above:
        raise ValueError(f"the modules {' → '.join((*above, name))} import each other; expected no ring.")
    if name in done:
        return done
    text = (SOURCES / f"{name}.js").read_text(encoding="utf-8")
    for names, other in IMPORT.findall(text):
        in_order(other, done, (*above, name))
        wanted = {one.strip() for one in names.split(",") if one.strip()}
        exported = set(re.findall(r"^export (?:const|let|class|function\*?) (\w+)", done[other], re.MULTILINE))
        if wanted - exported:
            raise ValueError(f"{name}.js imports {sorted(wanted - exported)}; expected names that {other}.js exports.")
    done[name] = text
    return done


def script(entry: str = "main") -> str:
    """All modules as one strict function.

    Raises:
        ValueError: a name at the top of two modules.
    """
    modules = in_order(entry, {})
    owner: dict[str, str] = {}
    for module, text in modules.items():
        for name in TOP.findall(text):
            if name in owner:
                raise ValueError(f"{name!r} stands at the top of {owner[name]}.js and {module}.js; expected once.")
            owner[name] = module
    bodies = [re.sub(r"^export ", "", IMPORT.sub("", text), flags=re.MULTILINE) for text in modules.values()]
    return '(() => {\n"use strict";\n' + "\n".join(bodies) + "})();"


def page() -> str:
    """The whole file's text.

    Raises:
        ValueError: a source that would end its own element.
    """
    parts = {
        "style": (SOURCES / "style.css").read_text(encoding="utf-8"),
        "python": (SOURCES / "state.py").read_text(encoding="utf-8"),
        "script": script(),
    }
    text = (SOURCES / "page.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        if re.search(r"</(script|style)", part):
            raise ValueError(f"the {name} holds the end of its own element; expected none.")
        text = text.replace(f"/*{{{name}}}*/", part.strip())
    return text


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE}: {PAGE.stat().st_size / 1024:.0f} KiB", file=sys.stderr)
