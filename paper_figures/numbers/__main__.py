"""``python -m paper_figures.numbers [NAME …]``: what text may say of the committed records."""

from __future__ import annotations

import argparse

from .. import index as figures
from . import index


def main() -> None:
    """Print key and words."""
    parser = argparse.ArgumentParser(prog="python -m paper_figures.numbers", description="Numbers for text.")
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="experiments; all if none", choices=[*figures.NAMES, []]
    )
    for name in parser.parse_args().names or figures.NAMES:
        for key, words in index.of(figures.known(name)).items():
            print(f"{{{{ {name}.{key} }}}} → {words}")


if __name__ == "__main__":
    main()
