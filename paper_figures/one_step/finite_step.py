"""Figure of T5: the identity at finite ε, its certificate, and the radius where φ first turns."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, BLUE, GREEN, GREY, ORANGE, VERMILION, band, house_style, panels, title
from ..drawing.summaries import cumulative, quartile_band

COLUMNS = ("epsilon",)

CAPTION = (
    "Finite steps (T5) on digits: 20 shared initialisations, tanh network 64-64-64-13, channel of three auxiliary"
    " logits, softmax cross-entropy, 256 noise inputs. (a) The identity εφ(ε) = monotone − remainder: largest "
    "relative deviation of the simulated left side over initialisations, beside the median of the rounding that "
    "float64 imposes, u(1 + rms(z)/(ε rms(Jv))). (b) Both terms, medians with quartile bands; the sign of φ is "
    "certified where monotone > |remainder| (shaded: in every initialisation). (c) φ/(εA) in every "
    "initialisation: the network, and the same network linearised in its parameters at the initialisation, which "
    "never turns. (d) Share of initialisations whose certificate is lost at ε, and whose φ has turned (the radius"
    " ε*); both are bracketed up to ε = 10 000."
)

NETWORK = {"color": BLUE, "marker": "o", "linestyle": "-"}
LINEARISED = {"color": VERMILION, "marker": "s", "linestyle": "--"}


def draw(record: Record) -> Figure:
    """Identity and terms above, φ and radii below."""
    with house_style():
        figure, (identity, terms, ratio, radii) = panels(2, 2, 5.4)
        _identity(identity, record)
        _terms(terms, record)
        _ratio(ratio, record)
        _radii(radii, record)
    return figure


def _identity(axes, record: Record) -> None:
    for model, look in (("network", NETWORK), ("linearised", LINEARISED)):
        phi, monotone, remainder = _table(record, model)
        size = monotone.abs() + remainder.abs()
        error = phi.mul(phi.index, axis=0).sub(monotone - remainder).abs() / size
        axes.plot(error.index, error.max(axis=1), label=f"{model}, largest of all seeds", **look)
    rounding = record.table("rounding", "epsilon", "network").median(axis=1)
    axes.plot(rounding.index, rounding, color=BLACK, linestyle=":", label="rounding of float64")
    _log(axes, "relative error of the identity")
    axes.legend(loc="upper right")
    title(axes, "a", "the identity holds to rounding")


def _terms(axes, record: Record) -> None:
    _, monotone, remainder = _table(record, "network")
    everywhere = record.by_seed("certified radius", "network").min()
    end = min(everywhere, monotone.index[-1])
    axes.axvspan(monotone.index[0], end, color=GREY, alpha=0.14, linewidth=0, label="certified for every seed")
    band(axes, quartile_band(monotone), {"color": GREEN, "marker": "^", "linestyle": "-"}, "monotone term")
    band(axes, quartile_band(remainder.abs()), {"color": ORANGE, "marker": "v", "linestyle": "--"}, "|remainder term|")
    _log(axes, "terms of εφ(ε)")
    axes.legend(loc="upper left")
    title(axes, "b", "the certificate")


def _ratio(axes, record: Record) -> None:
    for model, look in (("linearised", LINEARISED), ("network", NETWORK)):
        slope = record.by_seed("predicted slope", model)
        phi = record.table("inner product", "epsilon", model)
        ratio = phi.div(phi.index, axis=0) / slope
        ratio = ratio[ratio.index >= 1e-2]
        for place, seed in enumerate(ratio):
            axes.plot(ratio.index, ratio[seed], linewidth=0.8, markersize=2.8, markevery=3, alpha=0.8, **look,
                      label=model if place == 0 else None)  # fmt: skip
    axes.axhline(0, color=BLACK, linewidth=0.9)
    axes.set_xscale("log")
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("φ(ε) / (εA)")
    axes.legend(loc="center left")
    title(axes, "c", "only the network turns")


def _radii(axes, record: Record) -> None:
    last = float(record.config["radius_to"])
    for metric, label, look in (
        ("certified radius", "certificate lost", {"color": GREY, "linestyle": "--", "marker": "D"}),
        ("radius", "φ has turned (ε*)", {"color": BLUE, "linestyle": "-", "marker": "o"}),
    ):
        x, share = cumulative(record.by_seed(metric, "network"))
        finite = np.isfinite(x)
        x, share = np.append(x[finite], last), np.append(share[finite], finite.mean())
        axes.step([x[0], *x], [0, *share], where="post", label=label, markersize=3.2, markevery=slice(1, None), **look)
    axes.set_xscale("log")
    axes.set_ylim(-0.03, 1.05)
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel("share of initialisations")
    axes.legend(loc="lower right")
    title(axes, "d", "how far the certificate and the sign reach")


def _table(record: Record, model: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    phi, monotone, remainder = (
        record.table(metric, "epsilon", model) for metric in ("inner product", "monotone", "remainder")
    )
    return phi, monotone, remainder


def _log(axes, label: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("teacher's step ε")
    axes.set_ylabel(label)
