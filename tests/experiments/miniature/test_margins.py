"""The margins that pages test equivalence by are those that were fixed before the seeds were run."""

from experiments.harness import registry
from paper_figures import ROOMS
from paper_figures.numbers.miniature import adapters, channels, conduct, filters, stability, teaching
from paper_figures.recipes import lm_crossed_optimisers, lm_repeated

MARGINS = {
    "lm_numbers": channels.MARGIN,
    "lm_code": channels.MARGIN,
    "lm_traces": channels.MARGIN,
    "lm_false_facts": channels.NATS,
    "lm_in_context": teaching.SILENT,
    "lm_prompted": teaching.PROMPTED,
    "lm_paraphrase": filters.ANEW,
    "lm_tokens": filters.AS_ALL,
    "lm_audit_ranks": filters.RANKS,
    "lm_rounding": stability.MARGIN,
    "lm_damage": stability.FORGOTTEN,
    "lm_bandwidth": teaching.ACROSS_WHOLE,
    "lm_detection": filters.UNFILTERED,
    "lm_mixtures": teaching.LINEAR,
    "lm_cross_models": channels.ACROSS,
    "lm_adapters": adapters.ACROSS,
    "lm_reasoning": conduct.ACROSS,
    "lm_crossed_optimisers": lm_crossed_optimisers.MARGIN,
    "lm_repeated": lm_repeated.MARGIN,
}
NAMES = tuple(name for room in ("miniature", "audits", "recipes") for name in ROOMS[room])


def test_every_margin_is_the_preregistered_one():
    asked = {name: getattr(registry.load(name), "PREREGISTRATION", None) for name in NAMES}
    assert {name: one.margin for name, one in asked.items() if one is not None and one.margin is not None} == MARGINS
