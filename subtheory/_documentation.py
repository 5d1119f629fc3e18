"""Where the documentation is: whoever installed a wheel has no ``docs/`` beside it, and is given an address instead."""

import re

PLACE = "https://github.com/subtheory/subtheory/blob/main/docs"
_CITED = re.compile(r"(?<![\w/.-])docs/([\w/-]+\.md)\b")


def page(name: str) -> str:
    """The address of one page.

    >>> page("theory")
    'https://github.com/subtheory/subtheory/blob/main/docs/theory.md'
    """
    return f"{PLACE}/{name}.md"


def with_addresses(text: str) -> str:
    """Text that names pages as the checkout has them, ``docs/NAME.md``, with their addresses in their place.

    >>> with_addresses("T9 of docs/theory.md")
    'T9 of https://github.com/subtheory/subtheory/blob/main/docs/theory.md'
    """
    return _CITED.sub(rf"{PLACE}/\1", text)
