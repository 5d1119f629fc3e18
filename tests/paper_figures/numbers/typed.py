"""Finds what looks like a result and was typed: percentages, decimals, "5 of 10", "tenfold", "a third"."""

from __future__ import annotations

import re
from collections.abc import Iterable

ELSEWHERE = re.compile(
    r"""
    ^(?P<fence>`{3,}|:{3,}).*?^(?P=fence)\s*$  # code and directives
    | `[^`\n]*`                                # code and roles
    | \{\{.*?\}\}                              # numbers that are made of records
    | \[[^\]]*\]\([^)]*\)                      # links
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
PARTS = "half|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|fifteenth|twentieth|hundredth"
FACTORS = "two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|thousand"
RESULT = re.compile(
    rf"""
    [-−+±]?\d[\d.,]*\s*%
    | [-−+±]?(?<![\w.])\d*\.\d+
    | \b\d+\s+of\s+\d+\b
    | \b\d+\s+points\b
    | 10\s*\^|10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]
    | \b(?:{FACTORS})fold\b | \btwice\s+as\b
    | \b(?:a|an|one|two|three)\s+(?:{PARTS})s?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def typed(page: str, allowed: Iterable[str] = ()) -> list[str]:
    """What looks like a result in the text of a page, in its order, white space made plain.

    Args:
        page: in Markdown.
        allowed: phrases that are no results of a record.
    """
    text = " ".join(ELSEWHERE.sub(" · ", page).split())
    for phrase in sorted(allowed, key=len, reverse=True):
        text = text.replace(phrase, " · ")
    return [found[0] for found in RESULT.finditer(text)]
