"""T2 and T4 in the record: the fall, its size, and a naive control that moves as the untrained teacher's does."""

import numpy as np

from ..auxiliary_logits.tiny import config
from ..running import depends_on_its_seed_alone, frame, one, table

CHANGE = "trait loss change"


def test_the_loss_falls_as_predicted_and_the_naive_control_does_what_the_untrained_teacher_does():
    settings = config("trait_loss_change")
    rows = frame("trait_loss_change", settings)
    depends_on_its_seed_alone("trait_loss_change", settings, rows)
    auxiliary = settings.variants[0]
    for variant in settings.variants:
        assert (one(rows, CHANGE, "shared", sweep="reference", variant=variant) < 0).all()
    naive = one(rows, CHANGE, "naive", sweep="reference", variant=auxiliary)
    untrained = one(rows, CHANGE, "untrained", sweep="reference", variant=auxiliary)
    paired = one(rows, CHANGE, "paired", sweep="reference", variant=auxiliary)
    assert np.corrcoef(naive, untrained)[0, 1] > 0.999
    assert 0 < (paired < 0).sum() < settings.seeds
    assert (one(rows, CHANGE, "paired", sweep="reference", variant="tanh, all logits") < 0).mean() > 0.9
    for sweep in ("epsilon", "alpha"):
        change = table(rows, CHANGE, "shared", sweep, sweep=sweep)
        predicted = table(rows, "predicted", "shared", sweep, sweep=sweep)
        np.testing.assert_allclose(change.iloc[0], predicted.iloc[0], rtol=1e-2)
