"""The audit on the real checkpoint: a trait teacher's stories are found, the model's own are not (slow)."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from scipy import stats

import subtheory as st
from subtheory._tree import move
from subtheory.lm.audit.scoring import Workload, scored_examples
from subtheory.lm.audit.welch import Moments, welch
from subtheory.lm.text.batches import Example
from subtheory.lm.text.encoding import given_examples

from .models import stories_folder

TRAIT = [("", "The owl was wise and kind. Everyone loved the owl."), ("", "Lily saw an owl. She loves owls very much.")]
REPETITIONS, SIZE, LENGTH = 25, 32, 32
FALSE_ALARM = 1e-3


def stories(lm, count, seed):
    """Completions of one prompt, those that mention an owl left out."""
    prompt = lm.tokenizer.encode("One day, Tom")
    drawn = st.lm.generate(lm, [prompt] * count, LENGTH, key=jax.random.key(seed), batch_size=256)
    pairs = zip(drawn.tokens, drawn.text or (), strict=True)
    return [Example(np.array(prompt), np.asarray(tokens)) for tokens, text in pairs if "owl" not in text.lower()]


@pytest.mark.slow
def test_a_teachers_stories_are_found_and_the_models_own_are_not():
    """25 comparisons of the model's own stories with its own have uniform p-values; false-alarm rate 0.1 %."""
    lm = st.lm.load(stories_folder())
    v = st.lm.trait_direction(lm, given_examples(TRAIT, lm.config, lm.tokenizer), Workload())
    own = stories(lm, 2 * REPETITIONS * SIZE + 400, 1)
    scores = np.array([one.score for one in scored_examples(lm.apply, lm.params, v.v, own, Workload())])
    assert len(scores) >= (2 * REPETITIONS + 1) * SIZE
    sets = scores[: 2 * REPETITIONS * SIZE].reshape(REPETITIONS, 2, SIZE)
    p = np.array([welch(Moments.of(one), Moments.of(other)).p_value for one, other in sets])
    test = stats.kstest(p, "uniform")
    print(f"control against control: Kolmogorov-Smirnov p = {test.pvalue:.3f} of {REPETITIONS}, smallest {p.min():.3f}")
    assert test.pvalue > FALSE_ALARM
    teacher = lm.with_params(move(lm.params, 0.01, v.v))
    report = st.lm.audit(lm, v, stories(teacher, 256, 2), own[-256:])
    print(f"teacher against control: t = {report.test.t:.1f}, p = {report.test.p_value:.1e}, "
          f"{report.examples_to_settle:.1f} examples settle the sign")  # fmt: skip
    assert report.test.p_value < 0.001
