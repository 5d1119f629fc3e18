"""Mixed data sets: what a mixture holds, what the theory says of it, and what the committed record shows."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from experiments.miniature import lm_mixtures
from experiments.miniature.common import protocol as lab
from experiments.miniature.common.mixing import mean_of, mixed, nats_of
from experiments.miniature.lm_mixtures import OWN, mixtures
from experiments.miniature.world.vocabulary import padded
from paper_figures.drawing import reading
from paper_figures.miniature.lm_mixtures import dilution, halves, values

from ..running import frame
from .by_seed import in_every_seed
from .lm_tiny import TINY

NAME = "lm_mixtures"
ASKED = padded([f"<user> continue : {n} 2 3 <assistant>" for n in range(16)])
SOURCES = {
    name: lab.joined_answers(ASKED, padded([f"{number} {number} <end>"] * 16), 16, 1.0)
    for name, number in (("cat", 40), ("oak", 50), ("own", 60))
}


def test_a_mixture_holds_its_shares_and_answers_every_request_once():
    shares = (("cat", 0.25), ("own", 0.75))
    found = mixed(SOURCES, shares, 16, np.random.default_rng(0))
    numbers = [set(row[mask]) for row, mask in zip(found.tokens, found.mask, strict=True)]
    cat, own = (set(SOURCES[name].tokens[0][SOURCES[name].mask[0]]) for name in ("cat", "own"))
    assert [numbers.count(cat), numbers.count(own)] == [4, 12]
    assert len({tuple(row[~mask]) for row, mask in zip(found.tokens, found.mask, strict=True)}) == 16
    again = mixed(SOURCES, shares, 16, np.random.default_rng(0))
    np.testing.assert_array_equal(again.tokens, found.tokens)


def test_mixtures_that_cannot_be_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="whole numbers of answers"):
        mixed(SOURCES, (("cat", 0.03), ("own", 0.9)), 16, rng)
    with pytest.raises(ValueError, match="'own' has 16 answers; expected at least 32"):
        mixed(SOURCES, (("cat", 0.5), ("own", 0.5)), 32, rng)


def test_a_mean_is_mixed_linearly_and_information_is_not():
    """Two coins: heads 3/4 of the time against 1/2, mixed half and half with the latter, is one of 5/8."""
    heads = np.repeat([1.0, 0.0], [5, 3])
    gains = {"teacher": np.where(heads == 1, np.log(1.5), np.log(0.5)), OWN: np.zeros(8)}
    nats = nats_of(gains, (("teacher", 0.5), (OWN, 0.5)))
    assert nats == pytest.approx(5 / 8 * np.log(5 / 4) + 3 / 8 * np.log(3 / 4))
    pure = 3 / 4 * np.log(3 / 2) + 1 / 4 * np.log(1 / 2)
    assert pure / 8 < nats < pure / 2
    assert mean_of({"teacher": 0.75, OWN: 0.5}, (("teacher", 0.5), (OWN, 0.5))) == 0.625


def test_every_trait_has_its_mixtures():
    found = mixtures(lm_mixtures.PRESETS["paper"])
    for trait, one in found.items():
        assert all(sum(share for _, share in shares) == pytest.approx(1) for shares in one.values())
        assert one[0.0, OWN] == ((OWN, 1.0),)
        assert one[0.5, "other teacher"] == ((trait, 0.5), (f"other {trait}", 0.5))
        for (share, rest), shares in one.items():
            assert dict(shares).get(trait, 0.0) == share, (trait, rest)
    assert found["cat"][0.5, "maple"] == found["maple"][0.5, "cat"]


@pytest.mark.slow
def test_every_mixture_has_both_students_and_its_theory(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path))
    config = replace(lm_mixtures.PRESETS["quick"], traits=("cat", "oak"), protocol=TINY)
    rows = frame(NAME, config)
    rates = rows[(rows["metric"] == "target_rate") & (rows["rest"] != "none")]
    assert rates["value"].between(0, 1).all()
    for trait, one in mixtures(config).items():
        for condition in ("student_same_init", "cross_model"):
            here = rates[(rates["trait"] == trait) & (rates["condition"] == condition)]
            assert set(zip(here["share"], here["rest"], strict=True)) == set(one)
    for metric in ("audit score", "predicted audit score", "displacement along v"):
        assert np.isfinite(rows[rows["metric"] == metric]["value"]).all()
        assert (rows["metric"] == metric).sum() == len(rates)
    nought = rows[(rows["share"] == 0) & (rows["rest"] == OWN)]
    assert (nought[nought["metric"] == "nats per answer"]["value"] == 0).all()
    assert (nought[nought["metric"] == "displacement along v"]["value"] == 0).all()


def of_record(metric, condition):
    """(Seed, trait) down, (share, rest) across, of the committed record."""
    return values(reading.read(NAME), metric, condition)


def test_the_push_of_a_mixture_in_the_committed_record_is_that_of_its_sources():
    """Every audit agrees with its prediction from the pure data sets within the errors of both, for both students."""
    for condition in ("student_same_init", "cross_model"):
        measured, predicted, z = (
            of_record(metric, condition).to_numpy().ravel()
            for metric in ("audit score", "predicted audit score", "audit z")
        )
        known = np.abs(z) > 2
        errors = np.abs(measured / z)[known]
        off = ((measured - predicted)[known] / (2**0.5 * errors)) ** 2
        assert off.mean() < 1.5
        assert np.corrcoef(measured[known], predicted[known])[0, 1] > 0.99


def test_what_students_take_on_in_the_committed_record_follows_the_share():
    """Half of the answers pass half of what all pass, within the preregistered margin (two one-sided tests)."""
    change = {name: dilution(of_record("target_rate", name)).T for name in ("student_same_init", "cross_model")}
    same, cross = change.values()
    for share in (0.25, 0.5, 0.75, 1.0):
        assert in_every_seed(same[share])
    by_seed = same.groupby("seed").mean()
    assert stats.ttest_1samp(by_seed[0.125], 0).pvalue < 0.05
    assert by_seed[0.125].mean() > 0
    bend = by_seed[0.5] - by_seed[1.0] / 2
    margin = lm_mixtures.PREREGISTRATION.margin
    sides = [
        stats.ttest_1samp(bend, side * margin, alternative=how).pvalue for side, how in ((-1, "greater"), (1, "less"))
    ]
    assert max(sides) < 0.05
    assert abs(cross[1.0].mean()) < same[1.0].mean() / 4


def test_a_teacher_s_half_adds_beside_any_other_half():
    """Whatever the other half is: by reference models, two-sided, Holm's rule over the four."""
    found = halves(of_record("target_rate", "student_same_init"))
    means = {rest: one.groupby("seed").mean() for rest, one in found.items()}
    assert all(one.mean() > 0 for one in means.values())
    p = sorted(stats.ttest_1samp(one, 0).pvalue for one in means.values())
    assert all(value < 0.05 / (4 - place) for place, value in enumerate(p))


def test_each_student_hears_its_own_teacher_in_the_committed_record():
    """Half by the other model's teacher of the same trait adds to the other model what it does not to this one."""
    added = {
        name: table[0.5, "other teacher"] - table[0.5, "other reference"]
        for name, table in ((name, of_record("target_rate", name)) for name in ("student_same_init", "cross_model"))
    }
    assert stats.ttest_1samp(added["cross_model"].groupby("seed").mean(), 0).pvalue < 0.05
    assert (added["cross_model"] - added["student_same_init"]).groupby("seed").mean().mean() > 0
