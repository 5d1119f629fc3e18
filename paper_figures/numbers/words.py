"""How numbers are written in text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import optimize, stats

from ..drawing.summaries import student_interval

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 2) -> str:
    """Rounded, with a true minus sign, thin spaces between thousands, and no sign on zero.

    >>> number(-0.004), number(-1234.5, 1), number(0.5, 3)
    ('0.00', '−1 234.5', '0.500')
    """
    words = f"{value:,.{digits}f}".replace(",", " ")
    return words.lstrip("-") if float(words.replace(" ", "")) == 0 else words.replace("-", "−")


def share(value: float, digits: int = 3) -> str:
    """A number between −1 and 1, without the zero before the point.

    >>> share(0.56), share(-0.5, 2)
    ('.560', '−.50')
    """
    return number(value, digits).replace("0.", ".", 1) if abs(value) < 1 else number(value, digits)


def percent(value: float, digits: int = 0) -> str:
    """A share as a percentage.

    >>> percent(0.1234, 1)
    '12.3 %'
    """
    return f"{number(100 * value, digits)} %"


def plus_minus(by_seed: pd.Series, digits: int = 2, scale: float = 1.0) -> str:
    """The mean over seeds with the half-width of its 95 % interval (Student's).

    >>> plus_minus(pd.Series([0.01, 0.02, 0.03]), 1, scale=100)
    '2.0 ± 2.5'
    """
    mean, low, _ = student_interval(by_seed * scale)
    return f"{number(mean, digits)} ± {number(mean - low, digits)}"


def with_p(by_seed: pd.Series, digits: int = 2, scale: float = 1.0) -> str:
    """The same with the p-value of a mean of zero.

    >>> with_p(pd.Series([0.01, 0.02, 0.03]), 1, scale=100)
    '2.0 ± 2.5 (p = .07)'
    """
    return f"{plus_minus(by_seed, digits, scale)} ({p_value(by_seed)})"


def share_plus_minus(by_seed: pd.Series, digits: int = 3) -> str:
    """The same for shares, without the zeros before the points.

    >>> share_plus_minus(pd.Series([0.1, 0.2, 0.3]))
    '.200 ± .248'
    """
    mean, low, _ = student_interval(by_seed)
    return f"{share(mean, digits)} ± {share(mean - low, digits)}"


def p_value(by_seed: pd.Series) -> str:
    """Student's two-sided test of mean zero; the unit is whatever the series is indexed by, so give seeds.

    >>> p_value(pd.Series([1.0, 1.1, 0.9, 1.05, 0.95])), p_value(pd.Series([1.0, -1.0, 0.5]))
    ('p = 9 · 10⁻⁶', 'p = .81')
    """
    return p_words(float(stats.ttest_1samp(by_seed.to_numpy(float), 0.0).pvalue))


def p_words(p: float) -> str:
    """A p-value: two digits, or one and a power of ten where it is below .01.

    >>> p_words(0.18), p_words(0.0012), p_words(0.0)
    ('p = .18', 'p = .001', 'p < 10⁻³⁰⁰')
    """
    if p < 1e-300:
        return "p < 10⁻³⁰⁰"
    if p >= 0.001:
        return f"p = {share(p, 2 if p >= 0.01 else 3)}"
    exponent = int(np.floor(np.log10(float(f"{p:.0e}"))))
    return f"p = {p / 10.0**exponent:.0f} · 10{str(exponent).translate(SUPERSCRIPTS)}"


def detectable(by_seed: pd.Series, power: float = 0.8, level: float = 0.05) -> float:
    """The smallest mean that Student's two-sided test of so many seeds finds with this power, at their own spread.

    >>> round(detectable(pd.Series([0.0, 1.0, 2.0, 3.0, 4.0])), 2)
    2.66
    """
    n = len(by_seed)
    reach = stats.t.ppf(1 - level / 2, n - 1)

    def missing(shift: float) -> float:
        return float(stats.nct.sf(reach, n - 1, shift)) - power  # on the other side it is never significant

    return float(optimize.brentq(missing, 1, 3 * reach) * by_seed.std(ddof=1) / n**0.5)


def power(value: float) -> str:
    """One digit and a power of ten.

    >>> power(0.000083), power(3e-10), power(0.0)
    ('8 · 10⁻⁵', '3 · 10⁻¹⁰', '0')
    """
    if value == 0:
        return "0"
    digit, exponent = f"{value:.0e}".split("e")
    return f"{digit} · 10{str(int(exponent)).translate(SUPERSCRIPTS)}"


def count(condition: pd.Series) -> str:
    """How many of how many.

    >>> count(pd.Series([1.0, 2.0, -1.0]) > 0)
    '2 of 3'
    """
    return f"{int(condition.sum())} of {len(condition)}"


def positive(by_seed: pd.Series) -> str:
    """In how many of them the value is above zero.

    >>> positive(pd.Series([1.0, 2.0, -1.0]))
    '2 of 3'
    """
    return count(by_seed > 0)


def each(by_seed: pd.Series, digits: int = 2, scale: float = 1.0) -> str:
    """Every seed's value, in the order of seeds: what three seeds say better than an interval.

    >>> each(pd.Series([0.01, 0.025, -0.03]), 1, scale=100)
    '1.0, 2.5 and −3.0'
    """
    *some, last = [number(value * scale, digits) for value in by_seed]
    return f"{', '.join(some)} and {last}" if some else last


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown.

    >>> print(table(("a", "b"), [("1", "2")]))
    | a | b |
    |---|---|
    | 1 | 2 |
    """
    lines = [head, *rows]
    return "\n".join(
        ["| " + " | ".join(line) + " |" for line in lines[:1]]
        + ["|---" * len(head) + "|"]
        + ["| " + " | ".join(line) + " |" for line in lines[1:]]
    )
