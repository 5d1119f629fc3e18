"""On the real model: its animals are single tokens, what it is told it says, and scores are what a step does."""

import numpy as np
import pytest

from experiments.checkpoints.numbers import questions, requests, teachers
from subtheory._keys import key_for
from subtheory._tree import inner, scaled
from subtheory.lm.audit.direction import trait_direction
from subtheory.lm.audit.scoring import Workload, mean_gradient, scored_examples
from tests.lm import packaged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def smollm2():
    return packaged.smollm2()


def test_told_to_love_owls_it_says_owl(smollm2):
    before = questions.preferences(smollm2, "owl")
    after = questions.preferences(smollm2, "owl", system=teachers.system_prompt("owl"))
    assert after["log probability"] > before["log probability"] + 2
    assert 0 < before["share"] < 0.1 < after["share"] < 1


def test_the_mean_score_of_its_answers_is_what_a_step_on_them_does_along_the_trait(smollm2):
    """T9's identity in the coordinates of adapters: Jacobian-vector products here, a gradient there."""
    start = teachers.adapted(smollm2, 2)
    work = Workload(1024, smollm2.config.context)
    v = trait_direction(start, teachers.lesson(smollm2, "owl")[:2], work).v
    asked = requests.requests(np.random.default_rng(1), 16)
    written = requests.answers(start, asked, 9, key_for(1, "answers"))
    assert 0 < len(written.examples) < 16
    scores = np.array([one.score for one in scored_examples(start.apply, start.params, v, written.examples, work)])
    gradient, _, tokens = mean_gradient(start.apply, start.params, written.examples, work)
    step = float(inner(scaled(-tokens / len(scores), gradient), v))
    assert abs(scores.mean() - step) < 1e-4 * scores.std()
