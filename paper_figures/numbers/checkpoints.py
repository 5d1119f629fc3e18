"""What text says of the experiments on real language models."""

from __future__ import annotations

import pandas as pd

from ..drawing.reading import Record
from .words import count, detectable, number, percent, plus_minus, share, with_p

STEP = {"small": "trait loss change, α = 0.0001", "large": "trait loss change, α = 0.001"}
OTHER, OTHER_OWN = "other init on teacher's, v", "other init on teacher's, own v"
STUDENTS = {"": ("student on teacher's", "student on control's"),
            "other_": ("other student on teacher's", "other student on control")}  # fmt: skip


def lm_stories(record: Record) -> dict[str, str]:
    """The audit, its size, one step and a distillation, by ε; and the same through another initialisation's eyes."""
    at = record.config["distilled"]

    def teacher(metric: str, epsilon: float = at) -> pd.Series:
        return record.by_seed(metric, "teacher", epsilon=epsilon)

    reference, far = record.by_seed("trait loss", "reference"), max(record.config["epsilons"])
    on_teacher, on_own = (record.by_seed("trait loss", name) for name in STUDENTS[""])
    step, other_step, learnt, other_learnt = _less_own(record)
    return {
        "table": _by_epsilon(record),
        "teacher": plus_minus(teacher("t"), 1),
        "own": plus_minus(record.by_seed("t", "second control"), 1),
        "other": plus_minus(record.by_seed("t", OTHER), 1),
        "own_step": plus_minus(record.by_seed(STEP["large"], "control"), 3),
        "few_nats": number(teacher("nats per story", 0.003).mean()),
        "few_nats_t": plus_minus(teacher("t", 0.003), 1),
        "reference": number(reference.mean()),
        "teacher_loss": number(teacher("trait loss").mean()),
        **{f"{key}_over_predicted": plus_minus(teacher("difference", e) / teacher("predicted difference", e))
           for key, e in (("near", at), ("far", far))},
        "far_over_predicted_slope": plus_minus(_over_slope(record, far)),
        "cosine": number(teacher("cosine").mean()),
        "cosine_far": number(teacher("cosine", far).mean()),
        "on_teacher": plus_minus(on_teacher),
        "on_own": plus_minus(on_own),
        "lower": count(on_teacher < on_own),
        "other_table": _other_table(record),
        "other_cosine": plus_minus(record.by_seed("cosine", OTHER_OWN)),
        "other_t": plus_minus(record.by_seed("t", OTHER_OWN), 1),
        "other_step": percent(float(other_step.mean() / step.mean())),
        "other_learnt": percent(float(other_learnt.mean() / learnt.mean())),
        "other_nats": number(record.by_seed("nats per token", "other reference").mean(), 1),
        "other_reference": number(record.by_seed("trait loss", "other reference").mean(), 1),
    }  # fmt: skip


def _over_slope(record: Record, epsilon: float) -> pd.Series:
    """What one step on full distributions has along v, over εA."""
    phi = record.by_seed("inner product", "distributions", epsilon=epsilon)
    return phi / (epsilon * record.by_seed("slope", "distributions"))


def _less_own(record: Record) -> tuple[pd.Series, pd.Series, pd.Series, pd.Series]:
    """On the teacher's stories less on the model's own: one step, itself and another; the distillation, both."""
    step = record.by_seed(STEP["large"], "teacher", epsilon=record.config["distilled"])
    other = [record.by_seed(STEP["large"], f"other init on {whose}, v") for whose in ("teacher's", "control")]
    learnt, other_learnt = (
        record.by_seed("trait loss", teacher) - record.by_seed("trait loss", own) for teacher, own in STUDENTS.values()
    )
    return (
        step - record.by_seed(STEP["large"], "control"),
        other[0] - other[1],
        learnt,
        other_learnt,
    )


def _by_epsilon(record: Record) -> str:
    """The table by the teacher's step."""
    epsilons = record.config["epsilons"]

    def row(words: str, metric: str, form) -> str:
        cells = (form(record.by_seed(metric, "teacher", epsilon=epsilon)) for epsilon in epsilons)
        return " | ".join(("| " + words, *cells)) + " |"

    def signed(values: pd.Series) -> str:
        return ("+" if values.mean() > 0 else "") + number(values.mean(), 3)

    def three(values: pd.Series) -> str:
        mean = float(values.mean())
        return number(mean, 2 if mean < 0.995 else 1 if mean < 9.95 else 0)

    return "\n".join([
        " | ".join(("| teacher's step $\\varepsilon$", *(f"{epsilon:g}" for epsilon in epsilons))) + " |",
        "|---" * (len(epsilons) + 1) + "|",
        row("nats per story, teacher against reference", "nats per story", three),
        row("stories that pass the filter", "kept", lambda values: percent(values.mean())),
        row("score over the control's", "difference", lambda values: plus_minus(values, 0)),
        row("predicted, ε Var (T10)", "predicted difference", lambda values: number(values.mean(), 0)),
        row("Welch's t", "t", lambda values: number(values.mean(), 1)),
        *(row("trait loss after one step, " + metric.split(", ")[1], metric, signed) for metric in STEP.values()),
    ])  # fmt: skip


def _other_table(record: Record) -> str:
    """The table of what another initialisation sees in the same stories."""
    at = {"epsilon": record.config["distilled"]}
    step, other_step, learnt, other_learnt = _less_own(record)
    t, cosine = (
        [record.by_seed(metric, "teacher", **at), *(record.by_seed(metric, name) for name in (OTHER, OTHER_OWN))]
        for metric in ("t", "cosine")
    )
    rows = (
        ("Welch's t, teacher's stories against the model's own", *(plus_minus(one, 1) for one in t)),
        ("cosine of the step on the teacher's stories with that direction",
         plus_minus(cosine[0]), plus_minus(cosine[1], 3), plus_minus(cosine[2])),
        ("trait loss after one step of α = 0.001, teacher's less own stories",
         plus_minus(step, 3), plus_minus(other_step, 3), ""),
        ("trait loss after the distillation, teacher's less own stories",
         plus_minus(learnt), plus_minus(other_learnt), ""),
    )  # fmt: skip
    return "\n".join([
        f"| at $\\varepsilon = {at['epsilon']:g}$ | the model itself | another initialisation, same $v$ "
        "| another initialisation, its own gradient |",
        "|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ])  # fmt: skip


def smollm_numbers(record: Record) -> dict[str, str]:
    """Who answers how, what the audit sees, what students take on from either start, and the certificates."""

    def of(metric: str, condition: str) -> pd.Series:
        return record.by_seed(metric, condition)

    def gain(student: str, shown: str) -> pd.Series:
        return of("log probability", f"{student} on {shown}") - of("log probability", f"{student} on control")

    tuned, prompted, noisy = gain("student", "tuned"), gain("student", "prompted"), gain("noisy student", "tuned")
    step = {metric: of(metric, "one step") for metric in ("inner product", "predicted inner product", "cosine")}
    course = {name: record.table(name, "step", "imitation") for name in ("certified", "closer", "cosine")}
    gaps = {
        name: (of("score", first) - of("score", second)) / of("variance", second) ** 0.5
        for name, first, second in (("same", "tuned", "control"), ("noisy", "noisy on tuned", "noisy on control"))
    }
    return {
        "kept": ", ".join(percent(float(of("kept", name).mean())) for name in ("control", "prompted", "tuned")),
        "examples": number(float(of("examples", "control").mean()), 0),
        **{f"p_{key}": share(float(of("probability", name).mean()))
           for key, name in (("reference", "reference"), ("prompted", "prompted teacher"), ("tuned", "tuned teacher"))},
        "teacher_cosine": number(float(of("cosine", "tuned teacher").mean())),
        **{f"t_{name}": plus_minus(of("t", name), 1) for name in ("control", "prompted", "tuned")},
        **{f"nats_{name}": number(float(of("nats", name).mean())) for name in ("prompted", "tuned")},
        "table": _students_table(record),
        "gain_tuned": with_p(tuned),
        "gain_tuned_count": count(tuned > 0),
        "gain_tuned_seen": number(detectable(tuned)),
        "gain_prompted": with_p(prompted),
        "gain_prompted_seen": number(detectable(prompted)),
        "gain_noisy": with_p(noisy),
        "gain_less_noisy": with_p(tuned - noisy),
        "gap_same": plus_minus(gaps["same"]),
        "gap_noisy": plus_minus(gaps["noisy"]),
        "noisy_nats": number(float(of("nats per token", "noisy on control").mean())),
        "step_certified": count(of("certified", "one step") > 0),
        "step_ratio": plus_minus(step["inner product"] / step["predicted inner product"], 3),
        "step_cosine": number(float(step["cosine"].mean())),
        "trait_ratio": plus_minus(of("trait loss change", "one step") / of("predicted trait loss change", "one step")),
        "course_steps": number(course["certified"].size, 0),
        "course_certified": number(float(course["certified"].to_numpy().sum()), 0),
        "course_closer": number(float(course["closer"].to_numpy().sum()), 0),
        "course_cosine": number(float(course["cosine"].iloc[-1].mean())),
    }  # fmt: skip


def _students_table(record: Record) -> str:
    """Log-probability of the animal by start and by what was shown."""
    shown = {"control": "the model's own", "prompted": "the prompted teacher's", "tuned": "the fine-tuned teacher's"}

    def mean(condition: str) -> str:
        return plus_minus(record.by_seed("log probability", condition))

    same = [number(float(record.by_seed("log probability", "reference").mean()))]
    same += [mean(f"student on {name}") for name in shown]
    noisy = [mean("noisy reference"), mean("noisy student on control"), "–", mean("noisy student on tuned")]
    return "\n".join([
        f"| log p(owl), nats: start | before | after {' | '.join(shown.values())} |",
        "|---" * (len(shown) + 2) + "|",
        f"| the model itself | {' | '.join(same)} |",
        f"| noise on its weights | {' | '.join(noisy)} |",
    ])  # fmt: skip
