"""T10 in the record: gap/ε is the variance for every filter, never negative; the naive alignment may be."""

import numpy as np

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table


def test_the_gap_is_the_variance_for_every_filter():
    settings = config("filtering_law")
    rows = frame("filtering_law", settings)
    depends_on_its_seed_alone("filtering_law", settings, rows)
    for name in rows["condition"].unique():
        gap, variance = table(rows, "gap", name), one(rows, "variance", name)
        rate = gap.div(gap.index, axis=0)
        if name == "one string":
            assert (variance.abs() < 1e-20).all()
            assert (gap.abs() < 1e-13).all(axis=None)
            continue
        assert (gap > 0).all(axis=None)
        error = (rate / variance - 1).abs()
        assert (error.iloc[0] < 1e-4).all()
        assert (error.iloc[0] < error.iloc[2] / 10).all()
    assert (table(rows, "naive", "hard judge").iloc[0] < 0).all()
    np.testing.assert_allclose(one(rows, "kept", "everything"), 1, rtol=1e-12)
