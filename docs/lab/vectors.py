"""The page's numbers as the package computes them, for a few states: ``docs/lab/vectors.json``.

A test opens the page in a browser and holds every number of it against this file.

    python docs/lab/vectors.py              # about a minute
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from scipy.optimize import root_scalar

import subtheory as st
from subtheory.theory.radius import finite_step, lemma_radius

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "src"))
from state import STATE, classes, given, labelled_points, start

CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"distance": 1.0, "steps": 100},
    {"distance": 0.35, "loss": "squared", "alpha": 0.1, "steps": 50, "seed": 3},
    {"logits": 1, "steps": 25},
    {"logits": 1, "loss": "squared", "alpha": 0.2, "steps": 100},
    {"filter": "agree", "steps": 100, "seed": 14},
    {"filter": "class0", "logits": 2, "noise": 0.75, "steps": 50, "seed": 8},
    {"filter": "class1", "epsilon": 5.0, "teacherSteps": 5, "alpha": 2.0, "steps": 50, "seed": 2},
    {"epsilon": 0.001, "teacherSteps": 1, "steps": 25, "seed": 40},
)
"""What each state changes in the page's first one."""

GRID = np.geomspace(1e-4, 1e4, 60)
EVERY = 4
"""Every fourth ε of the grid is written."""


def farthest_alpha(setting: st.Setting, epsilon: float) -> float:
    """The largest α up to which the student's step lowers the trait loss (T6), from the loss itself."""
    update = st.simulation.student.distilled_update(setting, epsilon)

    def fall(alpha: float) -> float:
        return -float(st.simulation.step.realised_trait_loss_change(setting, update, alpha)) / alpha

    low, high = 0.0, 1e-3
    while fall(high) > 0:
        low, high = high, 2 * high
        if high > 1e9:
            return float("inf")
    return float(root_scalar(fall, bracket=(low, high), rtol=1e-13).root) if low > 0 else 0.0


def of_step(setting: st.Setting, epsilon: float, alpha: float) -> dict[str, Any]:
    """One step: the report's numbers, the terms of T5, the radius, and T4's paired difference."""
    report = st.verify_step(setting, epsilon, alpha)
    terms = jax.jit(lambda: (lambda found: (found.monotone, found.remainder))(finite_step(setting, epsilon)))()
    v, paired = jax.jit(lambda: (setting.update_direction(), st.simulation.student.paired_update(setting, epsilon)))()
    product, lengths = optax.tree.vdot(paired, v), optax.tree.norm(paired) * optax.tree.norm(v)
    farthest = farthest_alpha(setting, epsilon)
    radius = lemma_radius(setting) if report.predicted_inner_product > 0 else None
    names = ("inner_product", "predicted_inner_product", "cosine", "predicted_cosine", "trait_loss_change",
             "predicted_trait_loss_change", "certified")  # fmt: skip
    return {name: getattr(report, name) for name in names} | {
        "monotone": float(terms[0]),
        "remainder": float(terms[1]),
        "paired_inner_product": float(product),
        "paired_cosine": float(product / lengths) if lengths > 0 else 0.0,
        "guaranteed_alpha": "Infinity" if farthest == float("inf") else farthest,
        "radius": "Infinity" if radius == float("inf") else radius,
    }


def of_curve(setting: st.Setting) -> dict[str, Any]:
    """φ(ε) from the gradient itself, and T5's certificate, which needs a shared start."""
    phi = jax.jit(partial(st.simulation.step.inner_product, setting))
    certified = jax.jit(lambda epsilon: finite_step(setting, epsilon).certified)
    chosen = [jnp.asarray(epsilon) for epsilon in GRID[::EVERY]]
    return {
        "inner_product": [float(phi(epsilon)) for epsilon in chosen],
        "certified": [setting.shares_init and bool(certified(epsilon)) for epsilon in chosen],
    }


def of_training(setting: st.Setting, teacher: Any, alpha: float, steps: int) -> dict[str, Any]:
    """T14's numbers at some steps, and how many steps were certified and came closer."""
    report = st.verify_training(setting, teacher, optax.sgd(alpha), steps)
    at = sorted({round(float(k)) - 1 for k in np.geomspace(1, steps, 10)})
    names = ("monotone", "remainder", "progress", "certified", "closer", "distance", "cosine", "cosine_bound",
             "largest_certified_rate", "loss")  # fmt: skip
    numbers = {name: [getattr(report, name)[k].item() for k in at] for name in names}
    counts = {name: int(getattr(report, name).sum()) for name in ("certified", "closer")}
    return {"at": at, "counts": counts, "params": report.params, **numbers}


def of_state(state: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page says of a state."""
    setting, teacher, control = given(state)
    points, labels = labelled_points(4 * state["seed"] + 2)
    assert setting.trait_loss is not None
    trait_loss = setting.trait_loss

    def judged(params: Any) -> dict[str, float]:
        right = np.mean(np.asarray(classes(params, points) == labels))  # in float64
        return {"trait_loss": float(trait_loss(params)), "accuracy": float(right)}

    found: dict[str, Any] = {
        "kept": len(setting.inputs),
        "step": of_step(setting, state["epsilon"], state["alpha"]),
        "curve": of_curve(setting),
        "reference": judged(start(4 * state["seed"])),
        "teacher": judged(teacher),
    }
    for name, one in (("student", setting), ("control", control)):
        training = of_training(one, teacher, state["alpha"], state["steps"])
        found[name] = judged(training.pop("params")) | {"training": training}
    return found


def vectors() -> list[dict[str, Any]]:
    """All states with their numbers."""
    states = [STATE | change for change in CHANGES]
    return [{"state": state, "numbers": of_state(state)} for state in states]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=HERE / "vectors.json", help="file to write")
    out = parser.parse_args().out
    assert jnp.zeros(()).dtype == jnp.float64
    out.write_text(json.dumps(vectors(), indent=1) + "\n", encoding="utf-8")
    print(f"{out}: {len(CHANGES)} states", file=sys.stderr)
