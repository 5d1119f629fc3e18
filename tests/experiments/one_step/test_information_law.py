"""T9 in the record: the share of right signs is the law's, and its premise that data sets are drawn anew."""

from scipy.stats import norm

from subtheory.statistics import wilson_interval

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame


def test_the_share_of_right_signs_follows_the_information():
    settings = config("information_law")
    rows = frame("information_law", settings)
    depends_on_its_seed_alone("information_law", settings, rows)
    keys = ["seed", "images", "target"]
    points = rows.pivot_table(index=keys, columns="metric", values="value").reset_index()
    assert len(points) == 6
    for point in points.itertuples():
        law = norm.cdf((2 * point[points.columns.get_loc("total nats") + 1]) ** 0.5)
        interval = wilson_interval(int(point.positive), int(point.repetitions), 1 - 1e-6)
        assert interval.low - 0.03 < law < interval.high + 0.03
    shares = points.groupby("target")["positive"].mean()
    assert shares.iloc[0] < shares.iloc[1]
