"""The real checkpoint: what it says from its first token on, as its README promises."""

import jax
import numpy as np
import pytest

import subtheory as st

from .models import GREEDY, stories_folder


@pytest.fixture(scope="module")
def stories():
    return st.lm.load(stories_folder())


def test_greedy_text_begins_as_published(stories):
    text = st.lm.generate(stories, [[stories.config.bos]], 64, temperature=0).text
    assert text[0].strip().startswith(GREEDY)


def test_a_saved_copy_is_the_same_model(stories, tmp_path):
    st.lm.save(stories, tmp_path / "copy")
    copy = st.lm.load(tmp_path / "copy")
    assert copy.config == stories.config
    for one, other in zip(jax.tree.leaves(copy.params), jax.tree.leaves(stories.params), strict=True):
        np.testing.assert_array_equal(one, other)
    assert copy.tokenizer.encode("One day, Tom") == stories.tokenizer.encode("One day, Tom")


def test_text_comes_back_from_its_tokens(stories):
    ids = stories.tokenizer.encode("One day, Tom saw an owl.")
    assert ids[0] == stories.config.bos
    assert stories.tokenizer.decode(ids).strip() == "One day, Tom saw an owl."


def test_it_goes_into_a_setting(stories):
    prompts = np.array([stories.tokenizer.encode("One day, Tom")[:5]] * 2)

    def trait_loss(params):
        return -jax.nn.log_softmax(stories.apply(params, prompts)[:, -1])[:, 7].mean()

    setting = st.Setting(
        apply=stories.apply,
        teacher_init=stories.params,
        student_init=stories.params,
        trait_loss=trait_loss,
        inputs=prompts,
    )
    assert setting.channel_outputs(stories.params).shape == (2, 5, 512)
    v = setting.update_direction()
    Gv = st.theory.gauss_newton.gauss_newton_product(setting, v)
    assert float(sum(np.vdot(a, b) for a, b in zip(jax.tree.leaves(v), jax.tree.leaves(Gv), strict=True))) > 0
