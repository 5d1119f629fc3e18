"""Mend the pages' Markdown: lines of at most 120 characters, and links that lead somewhere on GitHub as in the site.

    python docs/tidy.py            # mends
    python docs/tidy.py --check    # says what it would mend, and ends with 1 if there is something

Only prose is filled again, paragraph by paragraph, and only where a line is too long: never code, tables, directives,
mathematics on lines of its own, headings or targets.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

DOCS = Path(__file__).resolve().parent
WIDTH = 120
ATOMS = re.compile(r"(`+)(?:(?!\1).)+?\1(?!`)|\$[^$\n]+\$|\{\{[^}]*\}\}|!?\[[^\]]*\]\([^)]*\)")
"""What a line may not break inside: code, mathematics, substitutions, links."""
OWN = re.compile(r"\s*(?:#|\||\$\$|<|\(\S+\)=$|:::|%|---|\[\w+\]:|:\w[\w-]*:|>>>)")
ITEM = re.compile(r"(\s*(?:[-*+]|\d+[.)]|:)\s+)")
GLUE = "\u241f"


def mended(text: str, page: Path) -> str:
    """The text of one page as it should be."""
    return _filled(_linked(text, page))


def _linked(text: str, page: Path) -> str:
    """``[T1](T1)``, which Sphinx alone understands, becomes a link to the heading's anchor, ``(T1)=`` that anchor."""
    theory = "" if page == DOCS / "theory.md" else "../" * len(page.relative_to(DOCS).parents[:-1]) + "theory.md"
    text = re.sub(r"(?m)^\(T(\d+)\)=$", r'<a id="t\1"></a>', text)
    return re.sub(r"\]\(T(\d+)\)", rf"]({theory}#t\1)", text)


def _filled(text: str) -> str:
    out: list[str] = []
    paragraph: list[str] = []
    fence = ""

    def flush() -> None:
        out.extend(_fill(paragraph) if any(len(line) > WIDTH for line in paragraph) else paragraph)
        paragraph.clear()

    lines = text.split("\n")
    front = lines[0] == "---"
    for number, line in enumerate(lines):
        mark = re.match(r"\s*(`{3,}|~{3,})", line)
        if front or fence or mark or line.strip() == "$$" or line.startswith("$$"):
            flush()
            out.append(line)
            if front:
                front = not (number and line == "---")
            elif fence:
                fence = "" if _closes(line, fence) else fence
            elif mark:
                fence = mark[1]
            elif line.count("$$") != 2:
                fence = "$$"
        elif not line.strip() or OWN.match(line):
            flush()
            out.append(line)
        else:
            if ITEM.match(line) or (paragraph and line.startswith(">") != paragraph[0].startswith(">")):
                flush()
            paragraph.append(line)
    flush()
    return "\n".join(out)


def _closes(line: str, fence: str) -> bool:
    return line.startswith("$$") if fence == "$$" else re.fullmatch(rf"\s*{re.escape(fence)}+\s*", line) is not None


def _fill(lines: list[str], width: int = WIDTH) -> list[str]:
    if lines[0].startswith("> "):
        return [f"> {line}" for line in _fill([line.removeprefix(">").strip() for line in lines], width - 2)]
    first = ITEM.match(lines[0])
    start = first[1] if first else lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    words = " ".join([lines[0][len(start) :].strip(), *(line.strip() for line in lines[1:])])
    glued = ATOMS.sub(lambda match: match[0].replace(" ", GLUE), words)
    filled = textwrap.wrap(
        glued, width, initial_indent=start, subsequent_indent=" " * len(start), break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    return [line.replace(GLUE, " ") for line in _no_new_marks(filled, len(start))]


def _no_new_marks(lines: list[str], indent: int) -> list[str]:
    """A line may not begin with what Markdown takes for a list, a heading or a table: its word goes up again."""
    kept = lines[:1]
    for line in lines[1:]:
        word, _, rest = line[indent:].partition(" ")
        if re.fullmatch(r"[-*+#|>:]+|\d+[.)]", word):
            kept[-1] += f" {word}"
            line = " " * indent + rest
        kept.append(line)
    return kept


def too_long(text: str) -> list[str]:
    """Prose lines that are longer than they may be and could be broken."""
    fence, found = "", []
    for line in text.split("\n"):
        mark = re.match(r"\s*(`{3,}|\$\$)", line)
        if fence:
            fence = "" if _closes(line, fence) else fence
        elif mark and line.count("$$") != 2:
            fence = mark[1]
        elif len(line) > WIDTH and not line.lstrip().startswith("|") and " " in ATOMS.sub("x", line).strip()[1:]:
            found.append(line)
    return found


def pages() -> list[Path]:
    """Every page that is written by hand; docs/mutants.md is printed from its record."""
    return sorted(page for page in DOCS.rglob("*.md") if "_build" not in page.parts and page.stem != "mutants")


def main(arguments: list[str]) -> int:
    """Mend, or check."""
    changed = [page for page in pages() if mended(page.read_text("utf-8"), page) != page.read_text("utf-8")]
    for page in changed:
        print(page.relative_to(DOCS.parent))
        if "--check" not in arguments:
            page.write_text(mended(page.read_text("utf-8"), page), encoding="utf-8")
    return int(bool(changed) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
