"""What text says of the experiments on whole trainings."""

from __future__ import annotations

from ..drawing import starts
from ..drawing.reading import Record
from .words import plus_minus, share_plus_minus, with_p


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
        words[f"{key}_r"] = plus_minus(ratio.loc[place])
        words[f"{key}_transfer"] = share_plus_minus(gained.loc[place])
    everywhere = starts.certified(record)
    words["shared_certified"] = share_plus_minus(everywhere.loc[PLACES["shared"]])
    words["independent_certified"] = share_plus_minus(everywhere.loc[starts.CONTROL])
    words["independent_r"] = plus_minus(ratio.loc[starts.CONTROL])
    return words


PLACES = {
    "shared": ("interpolated", 0.0),
    "halfway": ("interpolated", 0.4),
    "noisy": ("whole network", 0.1),
    "permuted": ("permuted", 1.0),
}
"""Starts that text speaks of."""
