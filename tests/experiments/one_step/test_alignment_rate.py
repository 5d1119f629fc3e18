"""T1 in the record: the sign, the slope of the remainder, the limit of the cosine."""

import numpy as np

from subtheory.statistics import loglog_slope

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table


def test_the_remainder_falls_with_slope_one_and_the_cosine_levels_off():
    settings = config("alignment_rate")
    rows = frame("alignment_rate", settings)
    depends_on_its_seed_alone("alignment_rate", settings, rows)
    for loss in settings.losses:
        phi, slope = table(rows, "inner product", loss), one(rows, "predicted slope", loss)
        assert (phi[phi.index < 1] > 0).all(axis=None)
        remainder = (phi.div(phi.index, axis=0) - slope).abs()
        small = remainder[(remainder.index > 1e-6) & (remainder.index < 1e-1)]
        for seed in small:
            assert 1.05 > loglog_slope(small.index.to_numpy(), small[seed].to_numpy()).estimate > 0.95
        second = one(rows, "predicted second order", loss).abs()
        np.testing.assert_allclose(small.iloc[0] / small.index[0], second, rtol=1e-2)
        cosine = table(rows, "cosine", loss)
        np.testing.assert_allclose(cosine.iloc[0], one(rows, "predicted cosine", loss), rtol=1e-5)
