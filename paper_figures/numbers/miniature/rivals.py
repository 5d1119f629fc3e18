"""What text says of the audit of single answers and of its rivals."""

from __future__ import annotations

from ...drawing.reading import Record
from ...drawing.rivals import AUDIT, MEASURES, METHODS, RIVALS, SECOND, by_method
from ..by_seed import by_seed
from ..holm import holm, p_of
from ..words import detectable, number, p_words, percent, share, share_plus_minus, table, with_p

TESTED = ("recall", "LDS, descent", "LDS, Adam")
"""Measures in which rivals are held against the audit, one family each."""


def lm_attribution(record: Record) -> dict[str, str]:
    """Recall and linear datamodelling scores by method; rivals against the audit by Holm's rule, one family each."""
    found = {metric: by_method(record, metric) for metric in MEASURES}
    apart = {metric: {name: found[metric][AUDIT] - found[metric][name] for name in RIVALS} for metric in TESTED}
    adjusted = {metric: holm({name: p_of(one) for name, one in those.items()}) for metric, those in apart.items()}

    def cells(metric: str, name: str) -> list[str]:
        words = share_plus_minus(found[metric][name], 2)
        if metric not in TESTED:
            return [words]
        return [words, "" if name == AUDIT else p_words(adjusted[metric][name]).removeprefix("p = ")]

    rows = [
        (name, knows, *(cell for metric in MEASURES for cell in cells(metric, name))) for name, knows in METHODS.items()
    ]
    head = ["score", "knows"]
    for metric in MEASURES:
        head += [metric, "p"] if metric in TESTED else [metric]
    agreement = by_method(record, "agreement").mean()
    chance = float(record.config["planted"])
    return {
        "seeds": str(record.rows["seed"].nunique()),
        "table": table(head, rows),
        "chance": percent(chance, 1),
        "audit_recall": percent(float(found["recall"][AUDIT].mean())),
        "ratio_recall": percent(float(found["recall"]["likelihood ratio"].mean())),
        "primary": with_p(apart["recall"][SECOND], 1, 100),
        "primary_holm": p_words(adjusted["recall"][SECOND]),
        "primary_seen": number(100 * detectable(apart["recall"][SECOND]), 1),
        "over_chance": with_p(found["recall"][AUDIT] - chance, 1, 100),
        "prompted_over_chance": with_p(found["recall"][SECOND] - chance, 1, 100),
        "representation_over_chance": with_p(found["recall"]["mean representation"] - chance, 1, 100),
        "descent_reliability": share_plus_minus(by_seed(record, "reliability", "students, descent"), 2),
        "adam_reliability": share_plus_minus(by_seed(record, "reliability", "students, Adam"), 2),
        "descent": with_p(found["LDS, descent"][AUDIT], 2),
        "adam": with_p(found["LDS, Adam"][AUDIT], 2),
        "adam_seen": share(detectable(found["LDS, Adam"][AUDIT]), 2),
        "labels_descent": with_p(by_seed(record, "LDS, descent", "planted"), 2),
        "labels_adam": with_p(by_seed(record, "LDS, Adam", "planted"), 2),
        "nats": number(float(by_seed(record, "nats per answer", "likelihood ratio").mean()), 2),
        "told": percent(float(by_seed(record, "target_rate", "reference, told").mean())),
        "untold": percent(float(by_seed(record, "target_rate", "reference").mean())),
        "agreement_cosine": share(float(agreement["gradient cosine"]), 2),
        "agreement_ratio": share(float(agreement["likelihood ratio"]), 2),
        "agreement_prompted": share(float(agreement[SECOND]), 2),
    }
