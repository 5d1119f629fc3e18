"""The sweeps' committed records against what was fixed before they were made."""

import pytest
from scipy import stats

from experiments.harness import registry
from paper_figures import ROOMS
from paper_figures.drawing import reading
from paper_figures.numbers.auxiliary_logits import figure_ten, primary
from paper_figures.numbers.holm import holm
from subtheory.hypotheses import equivalence

SWEEPS = [name for name in ROOMS["auxiliary_logits"] if hasattr(registry.load(name), "PREREGISTRATION")]


def test_every_preregistered_sweep_is_in_the_table():
    assert set(SWEEPS) == set(primary.PRIMARY)


@pytest.mark.parametrize("name", SWEEPS)
def test_the_record_has_the_seeds_and_the_margin_that_were_fixed(name):
    module = registry.load(name)
    asked, seeds = module.PREREGISTRATION, module.PRESETS["paper"].seeds
    found = primary.contrast_of(reading.read(name))
    assert seeds >= 20
    assert list(found.index) == list(range(asked.first_test_seed, asked.first_test_seed + seeds))
    assert primary.PRIMARY[name].margin == (None if asked.smallest_effect is not None else asked.margin)
    assert (asked.margin, asked.smallest_effect) != (None, None)


def test_the_margin_of_figure_10_is_the_preregistered_one():
    assert registry.load("mnist_aux_logits").PREREGISTRATION.margin == figure_ten.SILENT


def test_every_preregistered_contrast_but_two_holds_in_the_family():
    """Two-sided, or equivalence within the margin, by Holm's rule; the table says which are not shown."""
    found = {name: primary.contrast_of(reading.read(name)) for name in SWEEPS}
    p = {
        name: stats.ttest_1samp(one, 0).pvalue
        if (margin := primary.PRIMARY[name].margin) is None
        else equivalence(one, margin).p_value
        for name, one in found.items()
    }
    assert {name for name, one in holm(p).items() if one >= 0.05} == {"shared_heads", "student_inputs"}
    for name, one in found.items():
        assert one.mean() > 0 or primary.PRIMARY[name].margin is not None


def test_a_contrast_is_the_difference_of_two_places_of_its_record():
    """Recomputed from the rows."""
    rows = reading.read("shared_layers").rows
    here = rows[(rows["metric"] == "test_accuracy") & (rows["condition"] == "student_aux")]
    table = here[here["loss"] == "forward KL"].pivot_table(index="seed", columns="random", values="value")
    found = primary.contrast_of(reading.read("shared_layers"))
    assert found.to_numpy() == pytest.approx((table["auxiliary head"] - table["everything"]).to_numpy())
