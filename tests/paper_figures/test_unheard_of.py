"""A row with a value that a figure never heard of is drawn, or refused in a sentence; never left out in silence."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from paper_figures import __main__, index
from paper_figures.drawing import reading

NEW = "unheard of"


def word_columns(name):
    """The sweep columns of words of a figure's record, and its conditions where these are swept."""
    rows = reading.read(name, columns=index.module(name).COLUMNS).rows
    swept = [column for column in index.module(name).COLUMNS if rows[column].dtype.kind not in "ifb"]
    return [*swept, *(["condition"] if "condition" in getattr(index.module(name), "KNOWN", {}) else [])]


CASES = [(name, column) for name in index.NAMES for column in word_columns(name)]


def shown(figure):
    """All that is drawn, as numbers and words."""
    parts = []
    for axes in figure.axes:
        for artist in axes.findobj():
            for attribute in ("get_data", "get_offsets", "get_segments", "get_text", "get_xy", "get_array"):
                get = getattr(artist, attribute, None)
                if get is not None:
                    parts.append(
                        repr(get()) if attribute == "get_text" else np.array2string(_flat(get()), threshold=9**9)
                    )
    plt.close(figure)
    return parts


def _flat(values):
    return np.concatenate(
        [np.ravel(np.ma.filled(one, np.nan)).astype(float) for one in _parts(values)] or [np.zeros(0)]
    )


def _parts(values):
    return values if isinstance(values, list | tuple) else [] if values is None else [values]


def with_a_stranger(record, column):
    """The record with the rows of its commonest word once more, under a word that nobody knows, and other values."""
    words = record.rows.loc[record.rows[column] != "none", column]
    known = words.mode()[0]
    more = record.rows[record.rows[column] == known].copy()
    more[column] = NEW
    more["value"] *= 0.75
    return replace(record, rows=pd.concat([record.rows, more], ignore_index=True))


@pytest.mark.parametrize(("name", "column"), CASES)
def test_it_is_drawn_or_refused(name, column):
    record = reading.read(name)
    stranger = {name: with_a_stranger(record, column)}
    try:
        figure = __main__.drawn(name, stranger)
    except reading.RecordError as error:
        figure, sentence = None, str(error)
    if figure is None:
        assert NEW in sentence
        assert sentence.count(". ") == 0
        plt.close("all")
    else:
        assert shown(figure) != shown(__main__.drawn(name, {name: record}))


def test_a_fifth_optimiser_has_a_curve_and_a_line_of_its_own():
    record = reading.read("optimisers")
    for column in ("student", "teacher"):
        figure = __main__.drawn("optimisers", {"optimisers": with_a_stranger(record, column)})
        words = [text.get_text() for text in figure.axes[0].get_yticklabels()]
        legend = [text.get_text() for text in figure.legends[0].get_texts()]
        assert (NEW in words, f"student: {NEW}" in legend) == (column == "teacher", column == "student")
        plt.close(figure)


def test_there_is_something_to_try():
    assert len(CASES) > 30
    assert ("optimisers", "student") in CASES
    assert ("filtering_law", "condition") in CASES
