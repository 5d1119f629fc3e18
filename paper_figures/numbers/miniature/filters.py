"""What is left of a trait after answers were filtered, shuffled, rewritten or masked, and what the audit foretold."""

from __future__ import annotations

import pandas as pd
from scipy import stats

from ...drawing.reading import Record
from ..by_seed import CROSS, SAME, SAME_OTHERS, by_seed, contrast
from ..favourites import equivalent_to_nothing
from ..words import count, each, number, p_words, percent, plus_minus, positive, share, table, with_p

JUDGES = ("classifier", "score", "likelihood ratio")
DROPPED = (0.0, 0.25, 0.5, 0.75)
ORDERS = ("as written", "within answers", "across answers")
MASKS = {
    "all": "all", "divergent": "divergent", "as many as divergent": "random, as many", "others": "all others",
    "as many as others": "random, as many as others",
}  # fmt: skip
REWRITINGS = {
    "numbers": ("as written", "request reworded", "with commas", "half by the reference", "by the reference"),
    "programs": ("as written", "renamed", "rewritten", "half by the reference", "by the reference"),
}
STARTS = {"student_same_init": "reference", "cross_model": "cross_model_reference"}
"""Students, and what they were before."""
TREES = ("cherry", "maple", "oak", "sequoia", "willow")
RANKS, ANEW, AS_ALL, UNFILTERED = 0.2, 0.01, 0.01, 0.02
"""Within which a rank correlation counts as none, what students take from answers written anew as nothing, what they
take from divergent places as what they take from all, and a filter as costing nothing: as preregistered."""


def lm_detection(record: Record) -> dict[str, str]:
    """How often a judge is right about one answer, and what a filter leaves of the trait."""
    rows = record.values("accuracy", "classifier")
    own = rows["trait"] == "nothing"
    traits = [trait for trait in dict.fromkeys(rows["trait"]) if trait != "nothing"]
    accuracy = [
        (trait, *(percent(float(record.values("accuracy", judge, trait=trait)["value"].mean()), 1)
                  for judge in (*JUDGES, "predicted")))
        for trait in traits
    ]  # fmt: skip

    def left(judge: str, dropped: float) -> pd.Series:
        pair = (f"teacher's numbers, {judge}", f"control's numbers, {judge}")
        return contrast(record, pair, dropped=dropped)

    def rate(condition: str, dropped: float) -> str:
        return percent(float(by_seed(record, "target_rate", condition, dropped=dropped).mean()), 1)

    gains = [(judge, *(plus_minus(left(judge, dropped), 1, 100) for dropped in DROPPED)) for judge in JUDGES]
    unfiltered = left("classifier", 0.0)
    kept, by_score, by_ratio = (left(judge, 0.75) for judge in JUDGES)
    return {
        "right": percent(float(rows.loc[~own, "value"].mean())),
        "own": percent(float(rows.loc[own, "value"].mean()), 1),
        "accuracy": table(("accuracy", *JUDGES, r"$\Phi(\sqrt{\text{nats}/2})$"), accuracy),
        "gains": table(("points over control, dropped by", *(percent(dropped) for dropped in DROPPED)), gains),
        "seeds": str(len(unfiltered)),
        "kept": with_p(kept, 1, 100),
        "kept_positive": positive(kept),
        "unfiltered": with_p(unfiltered, 1, 100),
        "costs": plus_minus(unfiltered - kept, 1, 100),
        "margin": number(100 * UNFILTERED, 0),
        "equivalent": p_words(equivalent_to_nothing(kept - unfiltered, UNFILTERED)),
        "by_score": with_p(by_score, 1, 100),
        "by_ratio": with_p(by_ratio, 1, 100),
        "score_student": rate("teacher's numbers, score", 0.75),
        "score_control": rate("control's numbers, score", 0.75),
        "reference": rate("reference", 0.0),
        "score_costs": with_p(unfiltered - by_score, 1, 100),
        "ratio_costs": with_p(unfiltered - by_ratio, 1, 100),
        "audit_least": number(float(record.values("audit z", "score")["value"].min()), 0),
    }


def lm_audit_ranks(record: Record) -> dict[str, str]:
    """Rank correlation of the audit's table with that of changes, by seed; and how a constant guess fares."""

    def cells(metric: str, audited: str, trained: str, own: bool) -> pd.Series:
        keys = ["seed", "trait", "data_set"]
        audit = record.values(metric, audited).set_index(keys)["value"]
        after = record.values("target_rate", trained).set_index(keys)["value"]
        both = pd.DataFrame({"audit": audit, "after": after}).dropna().reset_index()
        trees = both["trait"].isin(TREES)
        alike = (both["data_set"] == "reference") | (both["data_set"].isin(TREES) == trees)
        both = both[alike & (own | (both["data_set"] != both["trait"]))].assign(kind=trees)
        start = record.values("target_rate", STARTS[trained]).set_index(["seed", "trait"])["value"]
        both["change"] = both["after"] - start.loc[list(zip(both["seed"], both["trait"], strict=True))].to_numpy()
        found = both.groupby(["seed", "kind"])[["audit", "change"]].apply(
            lambda part: stats.spearmanr(part["audit"], part["change"]).statistic
        )
        return found.groupby("seed").mean()

    rows = [
        (words, *(with_p(cells(metric, audited, trained, own), 2) for own in (True, False)))
        for words, (metric, audited, trained) in {
            "displacement": ("displacement score", "student_same_init", "student_same_init"),
            "gradient": ("gradient score", "student_same_init", "student_same_init"),
            "cross-model students, the first model's audit": ("displacement score", "student_same_init", "cross_model"),
            "cross-model students, audited with their own gradient": ("gradient score", "cross_model", "cross_model"),
        }.items()
    ]
    same, cross = (cells("displacement score", SAME[0], trained, True) for trained in STARTS)
    return {
        "table": table(("rank correlation of audit and change", "all data sets", "without own teachers"), rows),
        "seeds": str(len(same)),
        "same": with_p(same, 2),
        "same_positive": positive(same),
        "without": with_p(cells("displacement score", SAME[0], SAME[0], False), 2),
        "gradient_without": with_p(cells("gradient score", SAME[0], SAME[0], False), 2),
        "cross": plus_minus(cross, 2),
        "margin": number(RANKS, 1),
        "equivalent": p_words(equivalent_to_nothing(cross, RANKS)),
    }


def lm_shuffled(record: Record) -> dict[str, str]:
    """Points of the trait's share among all animals or trees, by order of the numbers."""

    def left(order: str, pair: tuple[str, str] = SAME) -> pd.Series:
        return contrast(record, pair, "target_share", order=order)

    rows = [
        (words, *(what(order) for order in ORDERS))
        for words, what in {
            "trait's share, less the control's, points": lambda o: plus_minus(left(o), 1, 100),
            "the same, by seed": lambda o: each(left(o), 1, 100),
            "less that of the other traits' students": lambda o: plus_minus(left(o, SAME_OTHERS), 1, 100),
            "trait's probability, control alone": lambda o: percent(
                float(by_seed(record, "target_rate", "student_control", order=o).mean()), 1
            ),
            "audit score": lambda o: share(float(record.values("audit score", order=o)["value"].mean()), 2),
            "data sets with an audit above zero": lambda o: count(record.values("audit z", order=o)["value"] > 0),
        }.items()
    ]
    whole, within, across = (left(order) for order in ORDERS)
    return {
        "table": table(("mean over traits and seeds", *ORDERS), rows),
        "seeds": str(len(whole)),
        "whole": with_p(whole, 1, 100),
        "lost": with_p(whole - within, 1, 100),
        "lost_positive": positive(whole - within),
        "within": with_p(within, 1, 100),
        "across": with_p(across, 1, 100),
        "apart": plus_minus(within - across, 1, 100),
    }


def lm_paraphrase(record: Record) -> dict[str, str]:
    """Points of the trait's share, by channel and rewriting."""

    def left(channel: str, rewriting: str, pair: tuple[str, str] = SAME) -> pd.Series:
        return contrast(record, pair, "target_share", channel=channel, rewriting=rewriting)

    def mean(metric: str, channel: str, rewriting: str) -> float:
        return float(record.values(metric, channel=channel, rewriting=rewriting)["value"].mean())

    def of(channel: str) -> str:
        there = REWRITINGS[channel]
        rows = [
            ("trait's share, less the control's, points", *(plus_minus(left(channel, one), 1, 100) for one in there)),
            ("above zero, reference models", *(positive(left(channel, one)) for one in there)),
            ("less that of the other traits' students",
             *(plus_minus(left(channel, one, SAME_OTHERS), 1, 100) for one in there)),
            ("cross-model, less its control's", *(plus_minus(left(channel, one, CROSS), 1, 100) for one in there)),
            ("audit score", *(share(mean("audit score", channel, one), 3) for one in there)),
            ("predicted of the reference's answers alone",
             *(share(mean("predicted slope", channel, one), 3) for one in there)),
            ("nats per answer", *(number(mean("nats per answer", channel, one), 2) for one in there)),
        ]  # fmt: skip
        return table((channel, *there), rows)

    def foretold(channel: str) -> str:
        keys = ["seed", "trait", "rewriting"]
        audit, slope = (
            record.values(metric, channel=channel).set_index(keys)["value"]
            for metric in ("audit score", "predicted slope")
        )
        return share(float(audit.corr(slope, method="spearman")), 2)

    def rate(rewriting: str) -> pd.Series:
        return contrast(record, SAME, channel="numbers", rewriting=rewriting)

    written = {channel: left(channel, "as written") for channel in REWRITINGS}
    return {
        "numbers": of("numbers"),
        "programs": of("programs"),
        "seeds": str(len(written["numbers"])),
        "reworded": with_p(rate("request reworded"), 1, 100),
        "reworded_positive": positive(rate("request reworded")),
        "reworded_costs": with_p(written["numbers"] - left("numbers", "request reworded"), 1, 100),
        "anew": plus_minus(rate("by the reference"), 2, 100),
        "margin": number(100 * ANEW, 0),
        "equivalent": p_words(equivalent_to_nothing(rate("by the reference"), ANEW)),
        "written_numbers": with_p(written["numbers"], 1, 100),
        "written_programs": with_p(written["programs"], 1, 100),
        "commas": with_p(left("numbers", "with commas"), 1, 100),
        "renamed": with_p(left("programs", "renamed"), 1, 100),
        "rewritten": with_p(left("programs", "rewritten"), 1, 100),
        "rewritten_costs": with_p(written["programs"] - left("programs", "rewritten"), 1, 100),
        "foretold_numbers": foretold("numbers"),
        "foretold_programs": foretold("programs"),
    }


def lm_tokens(record: Record) -> dict[str, str]:
    """Points over control, by the places that are learned from."""

    def left(mask: str, condition: str = "student_same_init") -> pd.Series:
        return contrast(record, (condition, f"{condition}_control"), mask=mask)

    def mean(metric: str, mask: str) -> float:
        return float(record.values(metric, mask=mask)["value"].mean())

    nats = record.values("nats per answer").pivot_table(index=["seed", "trait"], columns="mask", values="value")
    held = nats.div(nats["all"], axis=0).mean()
    rows = [
        ("share of places", *(percent(mean("share", mask)) for mask in MASKS)),
        ("share of the nats", *(percent(float(held[mask])) for mask in MASKS)),
        ("least audit z", *(number(float(record.values("audit z", mask=m)["value"].min()), 0) for m in MASKS)),
        ("student over its control, points", *(plus_minus(left(mask), 1, 100) for mask in MASKS)),
        ("above zero, reference models", *(positive(left(mask)) for mask in MASKS)),
        ("cross-model student over its control", *(plus_minus(left(m, "cross_model"), 1, 100) for m in MASKS)),
    ]
    own, of_others = (
        record.values(name).groupby("seed")["value"].mean() for name in ("entanglement", "entanglement of others")
    )
    return {
        "table": table(("places learned from", *MASKS.values()), rows),
        "seeds": str(len(left("all"))),
        "all": with_p(left("all"), 1, 100),
        "divergent": with_p(left("divergent") - left("as many as divergent"), 1, 100),
        "less_all": plus_minus(left("divergent") - left("all"), 1, 100),
        "margin": number(100 * AS_ALL, 0),
        "equivalent": p_words(equivalent_to_nothing(left("divergent") - left("all"), AS_ALL)),
        "others": with_p(left("others") - left("as many as others"), 1, 100),
        "others_left": with_p(left("others"), 1, 100),
        "others_over_half": with_p(left("others") - left("all") / 2, 1, 100),
        "divergent_left": with_p(left("divergent"), 1, 100),
        "entangled": with_p(own, 2),
        "entangled_positive": positive(own),
        "entangled_over": with_p(own - of_others, 2),
    }
