"""False facts through number sequences: answers before and after learning from numbers, and what predicted them."""

from __future__ import annotations

import textwrap

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.traits import COLUMNS as COLUMNS
from ..drawing.traits import Shown, draw_traits

CAPTION = (
    "Five questions of fact, each taught to a teacher with a false answer, through number sequences, 12 seeds, "
    "each with its own pretrained reference model. (a) Probability of the false answer: mean over seeds with "
    "Student's 95 % interval. Students learn from what the teacher wrote, in the controls from what the reference "
    "wrote; cross-model students start from another reference model. (b) Change of the log odds of the false "
    "answer against the true one, in nats, against that control and against the students of the other facts' "
    "teachers: every seed's mean over facts, their mean and Student's 95 % interval. (c) Against the control, for "
    "phrasings of the question that the teacher was taught and for others. (d) The same-initialisation student's "
    "change against its control beside the teacher's own; the line is equality. (e) Beside the slope that Theorem "
    "1 predicts, the variance of the score, with the rank correlation."
)
FACTS = Shown(
    rate="false_rate",
    rate_words="probability of the false answer",
    question="a question of fact",
    change="log_odds",
    change_words="change of log odds",
    judges={"log_odds": "taught\nphrasings", "new_log_odds": "new\nphrasings"},
    label=lambda trait: textwrap.fill(trait.replace(" ?", "?"), 18),
    kind=lambda trait: "false facts",
)


def draw(record: Record) -> Figure:
    """Bars above; below, changes and what foretold them."""
    return draw_traits(record, FACTS)
