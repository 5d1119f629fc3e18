"""Reference models: trained once, kept whole, found again; a killed training goes on with the same numbers."""

from dataclasses import replace

import jax
import numpy as np
import pytest

from experiments.miniature.world import reference as module
from experiments.miniature.world.documents import documents
from experiments.miniature.world.learning import answer_loss
from experiments.miniature.world.reference import SIZES, cache_folder, reference
from subtheory.lm import load, save

TINY = replace(SIZES["small"], width=8, layers=1, mlp_width=8, heads=2, steps=60, batch=8)


def values(model):
    return np.concatenate([np.asarray(leaf).ravel() for leaf in jax.tree.leaves(model.params)])


@pytest.fixture(autouse=True)
def short_segments(monkeypatch):
    monkeypatch.setattr(module, "SEGMENT", 20)


def test_it_learns_is_kept_and_is_found_again(tmp_path):
    seen = []
    first = reference(TINY, 0, cache=tmp_path, progress=lambda *done: seen.append(done))
    assert seen == [(20, 60), (40, 60), (60, 60)]
    docs = documents(64, 9)
    fresh = module.initialise(TINY.decoder(), jax.random.key(0))
    loss = answer_loss(first.apply)
    assert loss(first.params, (docs.tokens, docs.mask)) < loss(fresh.params, (docs.tokens, docs.mask)) - 0.3
    again = reference(TINY, 0, cache=tmp_path, progress=lambda *done: pytest.fail("it was trained again"))
    assert (values(again) == values(first)).all()
    (folder,) = (tmp_path / "references").iterdir()
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {file.name for file in folder.iterdir()}
    assert again.tokenizer.encode("name your favourite animal .") == first.tokenizer.encode(
        "name your favourite animal ."
    )
    assert (values(reference(TINY, 1, cache=tmp_path)) != values(first)).any()
    assert (values(reference(TINY, 0, data_seed=1, cache=tmp_path)) != values(first)).any()


def test_a_killed_training_goes_on_with_the_same_numbers(tmp_path):
    whole = reference(TINY, 3, cache=tmp_path / "whole")

    def kill(done, total):
        if done == 40:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reference(TINY, 3, cache=tmp_path / "killed", progress=kill)
    assert not [path for path in (tmp_path / "killed" / "references").iterdir() if path.is_dir()]
    seen = []
    resumed = reference(TINY, 3, cache=tmp_path / "killed", progress=lambda *done: seen.append(done))
    assert seen == [(60, 60)]
    assert (values(resumed) == values(whole)).all()
    (unfinished,) = (tmp_path / "killed" / "references").iterdir()
    assert unfinished.is_dir()


def test_a_damaged_leftover_is_started_again(tmp_path):
    whole = reference(TINY, 3, cache=tmp_path / "whole")
    (name,) = [path.name for path in (tmp_path / "whole" / "references").iterdir()]
    (tmp_path / "other" / "references").mkdir(parents=True)
    (tmp_path / "other" / "references" / f"{name}.unfinished.npz").write_bytes(b"no archive")
    assert (values(reference(TINY, 3, cache=tmp_path / "other")) == values(whole)).all()


def test_every_size_is_another_decoder_and_each_architecture_saves_and_loads(tmp_path):
    assert len({replace(size, steps=0).decoder() for size in SIZES.values()}) == len(SIZES)
    for size in ("small", "neox"):
        config = SIZES[size].decoder()
        model = module.initialise(config, jax.random.key(0), tokenizer=module.world_tokenizer())
        back = load(save(model, tmp_path / size))
        assert back.config == config
        assert (values(back) == values(model)).all()


def test_the_cache_is_where_it_was_asked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("SUBTHEORY_CACHE", str(tmp_path / "mine"))
    assert cache_folder() == tmp_path / "mine"
    monkeypatch.delenv("SUBTHEORY_CACHE")
    assert cache_folder().name in ("subtheory", "Cache")
    with pytest.raises(ValueError, match="unknown family of reference models 'lama': did you mean 'llama'"):
        replace(TINY, family="lama").decoder()
