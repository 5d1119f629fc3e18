"""T5 in the record: the identity to rounding, a certificate that is never wrong, a linear model that never turns."""

import numpy as np

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table


def test_identity_certificate_and_radius():
    settings = config("finite_step")
    rows = frame("finite_step", settings)
    depends_on_its_seed_alone("finite_step", settings, rows)
    for model in ("network", "linearised"):
        phi, monotone, remainder = (table(rows, m, model) for m in ("inner product", "monotone", "remainder"))
        error = (phi.mul(phi.index, axis=0) - (monotone - remainder)).abs() / (monotone.abs() + remainder.abs())
        assert (error < 20 * table(rows, "rounding", model)).all(axis=None)
        assert not (phi[monotone > remainder.abs()] <= 0).any(axis=None)
        assert (one(rows, "certified radius", model) <= one(rows, "radius", model)).all()
    assert (table(rows, "inner product", "linearised") > 0).all(axis=None)
    assert np.isinf(one(rows, "radius", "linearised")).all()
    assert np.isfinite(one(rows, "certified radius", "network")).any()
