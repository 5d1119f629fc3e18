"""Generation against the slow way: the whole sequence anew for every token, without a cache."""

import jax
import numpy as np
import pytest

import subtheory as st

from ..models import CONFIGS, tiny


def slowly(lm, prompt, count):
    """Greedy decoding by full forward passes, over sequences of one length so that one program is compiled."""
    tokens = list(prompt)
    for _ in range(count):
        whole = np.array([tokens + [0] * (24 - len(tokens))])
        tokens.append(int(np.argmax(lm.apply(lm.params, whole)[0, len(tokens) - 1])))
        if tokens[-1] in lm.config.eos:
            break
    return tokens[len(prompt) :]


@pytest.mark.parametrize(("family", "scan"), [*((name, False) for name in CONFIGS), ("gemma3_text", True)])
def test_the_cache_changes_nothing(family, scan):
    lm = tiny(family, scan=scan)
    prompts = [[1, 2, 3, 4, 5, 6, 7, 8, 9], [30], [5, 6]]
    got = st.lm.generate(lm, prompts, 12, temperature=0)
    assert [one.tolist() for one in got.tokens] == [slowly(lm, prompt, 12) for prompt in prompts]
    assert got.text is None


def test_prompts_never_share_randomness_and_do_not_disturb_each_other():
    lm, key = tiny("llama"), jax.random.key(3)
    same = st.lm.generate(lm, [[1, 2]] * 40, 8, key=key).tokens
    assert len({tuple(one.tolist()) for one in same}) == 40
    more = st.lm.generate(lm, [[1, 2]] * 40 + [[3] * 20], 8, key=key, batch_size=16).tokens
    for one, other in zip(same, more[:40], strict=True):
        np.testing.assert_array_equal(one, other)
