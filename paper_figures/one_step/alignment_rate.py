"""Figure of T1: φ(ε)/ε, the cosine, and the remainder of slope 1, for three imitation losses."""

from __future__ import annotations

from matplotlib.figure import Figure

from ..drawing.reading import Record
from ..drawing.style import BLACK, GREY, LOOKS, band, house_style, panels, title
from ..drawing.summaries import loglog_slopes, mean_band, quartile_band

COLUMNS = ("epsilon",)

CAPTION = (
    "Lemma 1 (T1) on digits, 20 initialisations shared by teacher and student (tanh network 64-64-64-13, the "
    "channel is three auxiliary logits, 256 noise inputs). (a) The simulated inner product φ(ε) of the two "
    "updates, divided by its predicted size εA, against the teacher's step ε. (b) The simulated cosine of the two"
    " updates (lines with markers) and its predicted limit (ticks at the left edge). Means over initialisations; "
    "bands are 95 % bootstrap intervals of the mean. (c) The remainder |φ/ε − A|, relative to A: median over "
    "initialisations, band from quartile to quartile; thin grey lines are the prediction ½|φ''(0)|ε/A, whose "
    "slope is 1. The legend gives the slope fitted for 1e-5 ≤ ε ≤ 1e-3 in every initialisation: mean and 95 % "
    "bootstrap interval. Softmax cross-entropy and reverse KL have the same A."
)

FITTED = (1e-5, 1e-3)


def draw(record: Record) -> Figure:
    """Three panels against ε."""
    with house_style():
        figure, (scaled, cosines, remainders) = panels(1, 3, 3.0)
        losses = list(record.config["losses"])
        for place, (loss, look) in enumerate(zip(losses, LOOKS, strict=False)):
            slope = record.by_seed("predicted slope", loss)
            phi = record.table("inner product", "epsilon", loss)
            per_epsilon = phi.div(phi.index, axis=0)
            every = (place, len(losses))
            band(scaled, mean_band(per_epsilon / slope), look, loss, every)
            cosine = record.table("cosine", "epsilon", loss)
            band(cosines, mean_band(cosine), look, loss, every)
            limit = record.by_seed("predicted cosine", loss).mean()
            tick = {"color": look["color"], "marker": "_", "markersize": 11, "markeredgewidth": 2}
            cosines.plot([cosine.index[0] / 6], [limit], **tick)
            remainder = (per_epsilon - slope).abs() / slope
            slopes = loglog_slopes(remainder, *FITTED).to_frame().T
            fit = mean_band(slopes).iloc[0]
            label = f"{fit['centre']:.3f} [{fit['low']:.3f}, {fit['high']:.3f}]"
            band(remainders, quartile_band(remainder), look, label, every)
            second = (record.by_seed("predicted second order", loss).abs() / slope).median()
            remainders.plot(phi.index, second * phi.index, color=GREY, linewidth=0.8, zorder=1)
        for axes in (scaled, cosines, remainders):
            axes.set_xscale("log")
            axes.set_xlabel("teacher's step ε")
        scaled.axhline(1, color=BLACK, linewidth=0.8, linestyle=":")
        scaled.axhline(0, color=BLACK, linewidth=0.8)
        scaled.set_ylabel("φ(ε) / (εA)")
        title(scaled, "a", "inner product over prediction")
        cosines.set_ylim(bottom=0)
        cosines.set_ylabel("cosine of Δθ$_S$ and v")
        title(cosines, "b", "cosine, its limit at left")
        remainders.set_yscale("log")
        remainders.set_ylabel("|φ/ε − A| / A")
        remainders.set_ylim(top=1e5)
        remainders.legend(loc="upper left", title="fitted slope", title_fontsize=7, handlelength=2)
        title(remainders, "c", "remainder")
        handles, labels = scaled.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(losses))
    return figure
