"""A tiny configuration of every experiment: seconds to compile, less to run."""

from dataclasses import replace

from experiments.auxiliary_logits.common.protocol import Protocol
from experiments.checkpoints.other_reference import Imitator
from experiments.harness import registry

SMALL = {"hidden": (16,), "inputs": 32, "trait_images": 64}
TWO = ("tanh, auxiliary logits", "tanh, all logits")
CHANGES = {
    "alignment_rate": {**SMALL, "epsilons": 9, "losses": ("softmax cross-entropy", "squared error")},
    "trait_loss_change": {**SMALL, "sweep_seeds": 2, "sweep_points": 5, "seeds": 12, "variants": TWO},
    "init_alignment": {**SMALL, "seeds": 12, "mixtures": (0.0, 0.5, 1.0)},
    "finite_step": {**SMALL, "epsilons": 9, "radius_points": 21},
    "information_law": {"hidden": (16,), "trait_images": 64, "images": (256,), "nats": (0.2, 1.5), "repetitions": 500},
    "lm_stories": {
        "trait": ("the owl was wise .", "Tom saw a big owl ."),
        "prompt": "One day ,",
        "epsilons": (0.1, 0.3),
        "distilled": 0.3,
        "stories": 64,
        "tokens": 6,
        "places": 2,
        "batch": 16,
        "other": Imitator(samples=32, tokens=6, epochs=2),
    },
    "filtering_law": {"vocabulary": 3, "length": 4, "width": 8, "epsilons": 6},
}


def config(name: str, **changes):
    """The quick preset made tiny: three seeds unless it says otherwise."""
    return replace(registry.load(name).PRESETS["quick"], **{"seeds": 3, **CHANGES[name], **changes})


PROTOCOL = Protocol(
    hidden=(16,), teacher_epochs=4, student_epochs=3, batch=103, noise=206, theory_inputs=64, teacher_rate=3e-3,
    student_rate=3e-3,
)  # fmt: skip
"""The auxiliary-logit protocol made tiny; whole batches only (1442 = 14 · 103), which compiles faster."""


def sweep(name: str, keep=lambda at: True, **changes):
    """A sweep made tiny: those points whose columns ``keep`` accepts, by the tiny protocol, three seeds."""
    preset = registry.load(name).PRESETS["quick"]
    points = tuple(point for point in preset.points if keep(point.at))
    return replace(preset, **{"seeds": 3, "points": points, "digits": PROTOCOL, **changes})
