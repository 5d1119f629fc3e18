"""The audit of scores that are known already, against SciPy's Welch test and hand-made numbers."""

import numpy as np
from scipy import stats

from experiments.miniature.common.theory import compared, informed


def test_the_audit_is_welch_s_with_the_variances_of_both_sides():
    rng = np.random.default_rng(0)
    data, control = rng.normal(0.3, 1.0, size=400), rng.normal(0.0, 3.0, size=150)  # the control's variance counts
    found = compared(data, control)
    welch = stats.ttest_ind(data, control, equal_var=False)
    np.testing.assert_allclose(found["audit z"], welch.statistic, rtol=1e-12)
    np.testing.assert_allclose(found["audit score"], data.mean() - control.mean(), rtol=1e-12)


def test_the_predicted_slope_is_the_variance_under_the_reference_alone():
    """εA of T9 is the score's variance on the reference's own answers, whatever the teacher's data are."""
    data, control = np.array([5.0, 9.0, 1.0]), np.array([1.0, 2.0, 3.0, 6.0])
    found = compared(data, control)
    assert found["predicted slope"] == control.var(ddof=1)
    assert found["inner product"] == 5.0
    assert compared(10 * data, control)["predicted slope"] == found["predicted slope"]


def test_nats_of_the_whole_data_set():
    class Data:
        tokens = np.zeros((8, 3))

    assert informed(np.array([0.5, 1.5]), Data()) == {"nats per answer": 1.0, "total nats": 8.0}
