"""What records say of the reference models they used, and that preregistered records share none."""

import json
from dataclasses import replace
from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from experiments.harness import registry, rooms
from experiments.miniature import lm_numbers, lm_rounding
from experiments.miniature.common import references
from experiments.miniature.world.reference import reference
from paper_figures.drawing.reading import COMMITTED

from .lm_tiny import TINY

NAMES = tuple(name for room in ("miniature", "audits", "recipes") for name in rooms.ROOMS[room])
RUNS = {name: json.loads((COMMITTED / name / "run.json").read_text()) for name in NAMES}
USED = {name: run["reference_models"] for name, run in RUNS.items() if "reference_models" in run}


@pytest.fixture(autouse=True, scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUBTHEORY_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.mark.parametrize("name", NAMES)
def test_every_experiment_says_which_reference_models_it_used(name):
    assert isinstance(registry.load(name), registry.Describing)


@pytest.mark.parametrize("name", USED)
def test_a_record_names_a_model_for_every_seed_and_at_most_one_more(name):
    seeds, named = RUNS[name]["seeds"], {int(one.split(",")[0]) for one in USED[name]}
    assert named - {seeds[-1] + 1} == set(seeds)
    assert len(set(USED[name].values())) == len(USED[name])


def test_no_two_preregistered_records_share_a_reference_model():
    """Else agreement between two experiments were one draw, told twice."""
    assert len(USED) > 10
    for one, other in combinations(USED, 2):
        assert not set(USED[one].values()) & set(USED[other].values()), (one, other)


def test_a_digest_is_of_every_last_digit():
    model = reference(TINY.pretraining, 0)
    assert references.digest(model) == references.digest(reference(TINY.pretraining, 0))
    leaves, tree = jax.tree.flatten(model.params)
    moved = [*leaves[:-1], jnp.asarray(np.nextafter(leaves[-1], np.inf))]
    assert references.digest(model.with_params(jax.tree.unflatten(tree, moved))) != references.digest(model)


def test_models_are_those_of_the_seeds_and_of_the_one_after():
    pretraining = TINY.pretraining
    told = lm_numbers.about(replace(lm_numbers.PRESETS["quick"], protocol=TINY, seeds=1, first_seed=7))
    assert told["reference_models"] == {str(seed): references.digest(reference(pretraining, seed)) for seed in (7, 8)}
    told = lm_rounding.about(replace(lm_rounding.PRESETS["quick"], protocol=TINY, seeds=1, first_seed=7))
    assert list(told["reference_models"]) == ["7", "7, last digits"]
    assert told["reference_models"]["7"] == references.digest(reference(pretraining, 7))
    assert len(set(told["reference_models"].values())) == 2
