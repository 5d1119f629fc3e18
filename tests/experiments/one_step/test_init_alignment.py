"""T1, T4 and T13 in the record: shared aligned, paired centred, permuted the same once undone."""

import numpy as np

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table


def test_shared_inits_align_and_a_permutation_is_undone():
    settings = config("init_alignment")
    rows = frame("init_alignment", settings)
    depends_on_its_seed_alone("init_alignment", settings, rows)
    shared = one(rows, "cosine", "shared")
    assert (shared > 0).all()
    np.testing.assert_allclose(one(rows, "cosine", "permuted aligned"), shared, rtol=1e-9)
    assert (one(rows, "cosine", "permuted raw") < shared).all()
    mixed = table(rows, "cosine", "interpolated paired", "t")
    np.testing.assert_allclose(mixed.loc[0.0], shared, rtol=1e-9)
    np.testing.assert_allclose(mixed.loc[1.0], one(rows, "cosine", "independent paired"), rtol=1e-9)
    assert abs(mixed.loc[1.0].mean()) < shared.mean() / 2
