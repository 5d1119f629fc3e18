"""What text says of the experiments on whole trainings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..drawing import bridges, prediction, starts
from ..drawing import defences as protection
from ..drawing.places import at
from ..drawing.reading import Record
from ..drawing.summaries import student_interval
from .words import number, percent, plus_minus, power, share, share_plus_minus, with_p


def certificate_start(record: Record) -> dict[str, str]:
    """Rank correlations with transfer within seeds, and the starts where r says the opposite of what happens."""
    gained, known = starts.transfer(record), starts.predictors(record)
    ratio = known["r = ρ/S"]
    correlations = {name: starts.rank_correlations(table, gained) for name, table in known.items()}
    along = starts.rank_correlations(ratio, gained, "interpolated")
    words = {
        "r": with_p(correlations["r = ρ/S"]),
        "r_interpolated": plus_minus(along),
        "s": with_p(correlations["S"]),
        "certified": plus_minus(correlations["certified share"]),
        "distance": plus_minus(correlations["start's distance"]),
        "cosine": plus_minus(correlations["first-step cosine"]),
        "seeds": str(len(gained.columns)),
    }
    for key, place in PLACES.items():
        words[f"{key}_r"] = plus_minus(at(ratio, place))
        words[f"{key}_transfer"] = share_plus_minus(at(gained, place))
    everywhere = starts.certified(record)
    shared = PLACES["shared"]
    distance = starts.looks(record, "distance")
    last = float(distance.index.get_level_values("epoch").max())
    words["shared_distance"] = plus_minus(at(distance, (*shared, last)) / at(distance, (*shared, 0.0)), 3)
    words["shared_cosine"] = share_plus_minus(at(starts.ends(record, "displacement cosine"), shared))
    words["shared_certified"] = share_plus_minus(at(everywhere, shared))
    words["independent_certified"] = share_plus_minus(at(everywhere, starts.CONTROL))
    words["independent_r"] = plus_minus(at(ratio, starts.CONTROL))
    return words


PLACES = {
    "shared": ("interpolated", 0.0),
    "halfway": ("interpolated", 0.4),
    "noisy": ("whole network", 0.1),
    "permuted": ("permuted", 1.0),
}
"""Starts that text speaks of."""


TRAININGS = ("student", "random projected", "gradient projected", "step projected", "control")


def alignment_traces(record: Record) -> dict[str, str]:
    """Accuracies and losses of the five trainings, the verdict on projection, and cosines in the first epoch."""
    accuracy = {name: record.by_seed("test_accuracy", name) for name in TRAININGS}
    loss = {name: record.by_seed("final imitation loss", name) for name in TRAININGS}
    trait = {name: record.by_seed("final trait loss", name) for name in TRAININGS}
    _, low, high = student_interval(accuracy["control"])
    words = {"control_interval": f"{share(low, 4)} to {share(high, 4)}"}
    for name in TRAININGS:
        key = name.replace(" ", "_")
        words[key] = share_plus_minus(accuracy[name])
        words[f"{key}_loss"] = number(loss[name].mean() / loss["student"].mean())
        words[f"{key}_trait"] = plus_minus(trait[name])
    for name in ("gradient projected", "step projected"):
        key = name.replace(" ", "_")
        words[f"{key}_less_control"] = with_p(accuracy[name] - accuracy["control"], 3)
        words[f"{key}_mean"] = share(accuracy[name].mean(), 4)
        words[f"{key}_verdict"] = "inside" if low <= accuracy[name].mean() <= high else "outside"
    first = record.rows[record.rows["step"] < record.config["protocol"]["noise"] // record.config["protocol"]["batch"]]
    early = replace(record, rows=first)
    for name, part in (("student", "all"), ("student", "fc1"), ("student", "fc2"), ("control", "all")):
        words[f"{name}_{part}_cosine"] = with_p(early.table("trait cosine", "step", name, part=part).mean(), 4)
    late = record.table("trait cosine", "step", "student", part="all")
    return words | {"student_later_cosine": with_p(late[late.index >= late.index.max() / 2].mean(), 4)}


def defences(record: Record) -> dict[str, str]:
    """What each defence prevents, what it keeps, and what comes back; the primary contrast with its test."""
    kept, returned, band = protection.kept(record), protection.returned(record), protection.prevented_band(record)
    words = {}
    for kind, amount in returned.index:
        key = f"{kind}_{amount:g}".replace(".", "_") if amount else kind
        place = (kind, amount)
        centre, low, high = at(band, place)
        interval = f"{number(100 * low, 0)} to {number(100 * high, 0)}"
        words[f"{key}_prevented"] = f"{percent(centre)} ({interval})"
        words[f"{key}_kept"] = percent(at(kept, place).mean())
        words[f"{key}_returned"] = plus_minus(at(returned, place), 3)
    best = protection.unbeaten(kept, band["centre"])
    later = protection.returned(record, step=20)
    for kind in ("undefended", "projection"):
        words[f"{kind}_returned_later"] = plus_minus(at(later, (kind, 0.0)), 3)
    words["projection_test"] = with_p(at(returned, ("projection", 0.0)), 3)
    reaches = {place: student_interval(at(returned, place))[1:] for place in returned.index}
    silent = [place for place, (low, high) in reaches.items() if low > -protection.MARGIN and high < protection.MARGIN]
    for key, places in {"unbeaten": best, "silent": silent}.items():
        words[key] = ", ".join(DEFENCES[kind].format(amount) for kind, amount in places)
    return words


DEFENCES = {
    "undefended": "no defence",
    "projection": "the trait out of the step",
    "noise": "noise of {:g} σ",
    "mixing": "a second teacher's share of {:g}",
    "heads": "a fresh output layer",
    "fresh": "a fresh network",
    "early": "stopping after {:g} epochs",
    "afterwards": "fine-tuning for {:g} epochs",
    "liminal": "liminal training for {:g} epochs",
}
"""Defences as a list of them in a sentence says them."""


def predict_transfer(record: Record) -> dict[str, str]:
    """How well every predictor orders settings of a family that was left out, and what its intervals hold."""
    table: Any = prediction.settings(record)
    found: Any = prediction.judged(table)
    words = {
        "settings": str(len(table)),
        "families": str(len(prediction.families(table))),
        "seeds": str(record.rows["seed"].nunique()),
        "best": PREDICTORS[prediction.best(found)],
        "least": share(table[prediction.TRANSFER].min(), 2),
        "most": share(table[prediction.TRANSFER].max(), 2),
    }
    for name, key in PREDICTOR_KEYS.items():
        row = found.loc[name]
        words[f"{key}_rank"] = f"{share(row['rank'], 2)} ({share(row['low'], 2)} to {share(row['high'], 2)})"
        words[f"{key}_gain"] = f"{share(row['gain'], 2)} ({share(row['gain low'], 2)} to {share(row['gain high'], 2)})"
        words[f"{key}_error"] = share(row["error"], 3)
        words[f"{key}_inside"] = percent(row["inside"])
        words[f"{key}_width"] = share(row["width"], 2)
    low, high = found.loc[prediction.PRIMARY, "gain low"], found.loc[prediction.PRIMARY, "gain high"]
    words["verdict"] = "lies above zero" if low > 0 else "lies below zero" if high < 0 else "holds zero"
    inside: Any = prediction.within(table)
    words["flow_within"] = share(inside.loc[prediction.PRIMARY].median(), 2)
    words["flow_worst"] = (
        f"{share(inside.loc[prediction.PRIMARY].min(), 2)} ({inside.loc[prediction.PRIMARY].idxmin()})"
    )
    held = prediction.intervals(table, prediction.MODELS[prediction.PRIMARY])["inside"].groupby(level=0).mean()
    words["flow_least_inside"] = f"{percent(held.min())} ({held.idxmin()})"
    flow = table.index.get_level_values("start") == prediction.SAME
    words["flow_understates"] = number((table["flow"] / table[prediction.TRANSFER])[flow].median())
    return words


PREDICTORS = {
    "flow": "the linearised flow",
    "linear training": "linearised training",
    "first-step cosine": "the cosine of the first step with v",
    "gradient cosine": "the cosine of the two gradients",
    "coverage": "coverage",
    "A": "A",
    "S": "S",
    "r": "r",
    "distance": "the start's distance",
    "CKA": "CKA of the hidden layer",
}
"""Predictors as a sentence says them."""
PREDICTOR_KEYS = {
    name: name.replace("-", "_").replace(" ", "_").lower()
    for name in (*PREDICTORS, prediction.TOGETHER, *prediction.BASELINES)
}
"""Predictor or baseline → its key in text."""


def flow_map(record: Record) -> dict[str, str]:
    """Where the linearised network and the network itself follow T15's formula."""
    line, apart = bridges.linearised(record), bridges.network(record)
    below: Any = line[line.index.get_level_values("bound") < 1]
    follows = bridges.follows(record)
    words = {
        "seeds": str(record.rows["seed"].nunique()),
        "rounding": power(float(below.max().max())),
        "follows": ", ".join(f"s = {size:g} at h = {width:g}" for width, size in follows.items()),
    }
    smallest, largest = min(record.config["sizes"]), max(record.config["sizes"])
    last, widths = max(record.config["looks"]), record.config["widths"]
    for key, size in {"near": smallest, "far": largest}.items():
        for place, width in {"narrow": min(widths), "wide": max(widths)}.items():
            words[f"{key}_{place}"] = plus_minus(at(apart, (width, 0.5, last, size)), 3)
    words["above"] = plus_minus(at(apart, (max(widths), max(record.config["bounds"]), last, smallest)), 3)
    for metric, key in (("accuracy", "trained"), ("predicted accuracy", "formula")):
        words[key] = share_plus_minus(at(bridges.network(record, metric), (max(widths), 0.5, last, largest)))
    return words
