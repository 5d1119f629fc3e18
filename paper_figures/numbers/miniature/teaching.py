"""By how a student learns: from a context, from distributions, from mixtures, from prompted teachers."""

from __future__ import annotations

import pandas as pd

from ...drawing.reading import Record
from ...drawing.traits import changes
from ..by_seed import CROSS, SAME, SAME_OTHERS, by_seed, contrast
from ..favourites import equivalent_to_nothing
from ..words import count, each, number, p_words, percent, plus_minus, positive, share, table, with_p

CONTEXT, STATED = ("context_same_init", "context_control"), ("context_preferences", "context_control")
SILENT = 0.005
"""Within which the teacher's answers in a context count as nothing, as preregistered."""
HEARS = 0.2
"""A reference model that examples of the trait move by less than this does not read its context."""
SHOWN = {
    **{f"samples, {number(answers, 0)}": (1, answers) for answers in (512, 2048, 8192, 32_768)},
    "top 2, 2 048": (2, 2048), "top 5, 2 048": (5, 2048), "top 20, 2 048": (20, 2048),
    **{f"whole, {number(answers, 0)}": (341, answers) for answers in (32, 256, 2048)},
}  # fmt: skip
ACROSS_WHOLE = 0.02
"""Within which cross-model students of whole distributions count as their control, as preregistered."""
PROMPTED = 0.03
"""Within which students of prompted teachers count as their control, as preregistered."""
SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)
LINEAR = 0.015
"""Within which half of the answers count as half of the whole, as preregistered."""


def lm_in_context(record: Record) -> dict[str, str]:
    """Points over control: answers in a context, and answers trained on."""
    few, many = (1, 2, 4, 8, 12), (256, 4096, 65_536)

    def context(examples: int, pair: tuple[str, str] = CONTEXT) -> pd.Series:
        return contrast(record, pair, examples=examples)

    pairs = changes(record, *CONTEXT, examples=12)
    place, hears = int(pairs.abs().to_numpy().argmax()), context(12, STATED) > HEARS
    seed, trait = pairs.index.to_frame().iloc[place]
    learned, trained = context(12, SAME), context(65_536, SAME)
    rows = [
        ("teacher's numbers in the context", *(plus_minus(context(n), 2, 100) for n in few), *("" for _ in many)),
        ("the same, learned from", *(plus_minus(context(n, SAME), 2 if n in few else 1, 100) for n in (*few, *many))),
        ("examples of the trait in the context", *(plus_minus(context(n, STATED), 0, 100) for n in few),
         *("" for _ in many)),
    ]  # fmt: skip
    return {
        "table": table(("points over control, answers", *(number(n, 0) for n in (*few, *many))), rows),
        "seeds": str(len(trained)),
        "context": plus_minus(context(12), 2, 100),
        "margin": number(100 * SILENT, 1),
        "equivalent": p_words(equivalent_to_nothing(context(12), SILENT)),
        "largest": f"{trait}, {number(100 * pairs.iloc[place], 1)} points",
        "without_it": number(100 * pairs.drop(pairs.index[place]).abs().max(), 1),
        "without_its_seed": plus_minus(context(12).drop(seed), 2, 100),
        "learned": with_p(learned, 2, 100),
        "learned_positive": positive(learned),
        "trained": with_p(trained, 1, 100),
        "trained_positive": positive(trained),
        "trained_least": number(100 * trained.min(), 1),
        "trained_most": number(100 * trained.max(), 1),
        "stated": with_p(context(12, STATED), 0, 100),
        "hears": count(hears),
        "deaf": each(trained[~hears], 1, 100),
        "deaf_teachers": each(contrast(record, ("teacher", "reference"), examples=0)[~hears], 1, 100),
        "hearing_stated": percent(
            float(by_seed(record, "target_rate", "context_preferences", examples=12)[hears].mean())
        ),
        "audit_least": number(float(record.values("audit z")["value"].min()), 0),
    }


def lm_prompted(record: Record) -> dict[str, str]:
    """Points over control of the students of fine-tuned and of prompted teachers."""
    kinds = ("fine-tuned", "prompted")

    def rate(condition: str, kind: str) -> str:
        return percent(float(by_seed(record, "target_rate", condition, teacher=kind).mean()), 1)

    def nats(kind: str) -> str:
        values = record.values("nats per answer", teacher=kind).groupby("seed")["value"].mean()
        return f"{number(values.mean(), 4)} ({number(values.min(), 4)} to {number(values.max(), 4)})"

    change = {kind: contrast(record, SAME, teacher=kind) for kind in kinds}
    rows = [
        ("teacher", *(rate("teacher", kind) for kind in kinds)),
        ("student, same initialisation", *(rate("student_same_init", kind) for kind in kinds)),
        ("less its control, points", *(with_p(change[kind], 1, 100) for kind in kinds)),
        ("above zero, reference models", *(positive(change[kind]) for kind in kinds)),
        ("less the other traits' students", *(with_p(contrast(record, SAME_OTHERS, teacher=k), 1, 100) for k in kinds)),
        ("cross-model student, less its control", *(plus_minus(contrast(record, CROSS, teacher=k), 1, 100)
                                                    for k in kinds)),
        ("nats per answer, and the range over reference models", *(nats(kind) for kind in kinds)),
    ]  # fmt: skip
    return {
        "table": table(("mean over traits and seeds", "fine-tuned teacher", "prompted teacher"), rows),
        "seeds": str(len(change["prompted"])),
        "apart": with_p(change["fine-tuned"] - change["prompted"], 1, 100),
        "apart_positive": positive(change["fine-tuned"] - change["prompted"]),
        "prompted": plus_minus(change["prompted"], 1, 100),
        "margin": number(100 * PROMPTED, 0),
        "equivalent": p_words(equivalent_to_nothing(change["prompted"], PROMPTED)),
        "fine_tuned_nats": number(float(record.values("nats per answer", teacher=kinds[0])["value"].mean()), 2),
        "prompted_nats": number(float(record.values("nats per answer", teacher=kinds[1])["value"].mean()), 3),
    }


def lm_bandwidth(record: Record) -> dict[str, str]:
    """Points over control, by what is shown of a teacher."""

    def gain(words: str, condition: str = "student_same_init") -> pd.Series:
        shown, answers = SHOWN[words]
        return contrast(record, (condition, f"{condition}_control"), shown=shown, answers=answers)

    def nats(words: str) -> str:
        shown, answers = SHOWN[words]
        return number(float(record.values("total nats", shown=shown, answers=answers)["value"].mean()), 0)

    rows = [
        (words, nats(words), plus_minus(gain(words), 1, 100), positive(gain(words)),
         plus_minus(gain(words, "cross_model"), 1, 100))
        for words in SHOWN
    ]  # fmt: skip
    distribution = gain("whole, 32") - gain("samples, 32 768")
    head = ("shown, answers", "total nats", "same initialisation", "above zero, reference models", "cross-model")
    across = gain("whole, 2 048", "cross_model")
    return {
        "table": table(head, rows),
        "seeds": str(len(distribution)),
        "whole": with_p(gain("whole, 2 048"), 1, 100),
        "apart": with_p(distribution, 1, 100),
        "apart_positive": positive(distribution),
        "more": plus_minus(gain("whole, 2 048") - gain("whole, 32"), 1, 100),
        "samples": with_p(gain("samples, 32 768"), 1, 100),
        "from_two": with_p(gain("whole, 2 048") - gain("top 2, 2 048"), 1, 100),
        "cross": plus_minus(across, 1, 100),
        "margin": number(100 * ACROSS_WHOLE, 0),
        "equivalent": p_words(equivalent_to_nothing(across, ACROSS_WHOLE)),
    }


def lm_mixtures(record: Record) -> dict[str, str]:
    """Points over the reference's own numbers, by the teacher's share of the answers."""

    def change(value: float, condition: str = "student_same_init") -> pd.Series:
        whole, none = (
            by_seed(record, "target_rate", condition, share=one, rest="reference" if one < 1 else None)
            for one in (value, 0.0)
        )
        return whole - none

    pure = ["reference", "none"]
    score = record.values("audit score", "student_same_init")
    audit = score[score["rest"].isin(pure)].groupby("share")["value"].mean()
    audit -= audit[0.0]
    rows = [
        ("student's change, points", *(plus_minus(change(one), 1, 100) for one in SHARES)),
        ("above zero, reference models", *(positive(change(one)) for one in SHARES)),
        ("audit score, part of the whole", *(share(float(audit[one] / audit[1.0]), 2) for one in SHARES)),
        ("cross-model student's change, points", *(plus_minus(change(one, "cross_model"), 1, 100) for one in SHARES)),
    ]
    keys = ["seed", "trait", "condition", "share", "rest"]
    measured, predicted = (
        record.values(name).set_index(keys)["value"] for name in ("audit score", "predicted audit score")
    )
    bend = change(0.5) - change(1.0) / 2
    return {
        "table": table(("teacher's share, the rest the reference's own", "⅛", "¼", "½", "¾", "1"), rows),
        "seeds": str(len(bend)),
        "whole": with_p(change(1.0), 1, 100),
        "half": with_p(change(0.5), 1, 100),
        "half_positive": positive(change(0.5)),
        "eighth": with_p(change(0.125), 1, 100),
        "linear": plus_minus(bend, 1, 100),
        "margin": number(100 * LINEAR, 1),
        "equivalent": p_words(equivalent_to_nothing(bend, LINEAR)),
        "cross_whole": plus_minus(change(1.0, "cross_model"), 1, 100),
        "predicted": number(float(measured.corr(predicted)), 4),
    }
