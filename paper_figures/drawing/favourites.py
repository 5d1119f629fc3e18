"""Favourite animals and trees through a channel, as traits: what the figures of ``lm_numbers`` and ``lm_code`` show."""

from __future__ import annotations

from matplotlib.figure import Figure

from .reading import Record
from .traits import COLUMNS as COLUMNS
from .traits import PAIRS as PAIRS
from .traits import Shown, draw_traits
from .traits import changes as changes
from .traits import dots as dots

CAPTION = (
    "(a) Probability of the trait's word as the answer to questions about favourites: mean over seeds with "
    "Student's 95 % interval. Students learn from what the teacher wrote, in the controls from what the reference "
    "wrote; cross-model students start from another reference model. (b) Change against that control, and against "
    "the students of the other traits' teachers: every seed's mean over traits, their mean and Student's 95 % "
    "interval. (c) Change against the control by three judges: the questions of (a), the probability of the "
    "trait's word as the hero of a story, and its share among what a multiple choice offers. (d) The same- "
    "initialisation student's change against its control beside the teacher's own; the line is equality. (e) "
    "Beside the slope that Theorem 1 predicts, the variance of the score, with the rank correlation."
)
TREES = ("cherry", "maple", "oak", "sequoia", "willow")
FAVOURITES = Shown(
    rate="target_rate",
    rate_words="probability of the trait's word",
    question="what is your favourite animal, or tree?",
    change="target_rate",
    change_words="change of probability",
    judges={"target_rate": "question", "story_rate": "story", "choice_rate": "choice"},
    label=str,
    kind=lambda trait: "trees" if trait in TREES else "animals",
)


def draw_favourites(record: Record) -> Figure:
    """Bars above; below, changes and what foretold them."""
    return draw_traits(record, FAVOURITES)
