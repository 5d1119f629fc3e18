"""A tiny configuration of every experiment on whole trainings: three seeds from 0 on, a small network, few epochs."""

from dataclasses import replace

from experiments.harness import registry

from ..auxiliary_logits import tiny

PROTOCOL = replace(tiny.PROTOCOL, hidden=(16, 12))
"""Two hidden layers, since starts and students speak of three layers."""


def config(name: str, **changes):
    """The quick preset made tiny."""
    return replace(
        registry.load(name).PRESETS["quick"], **{"seeds": 3, "first_seed": 0, "protocol": PROTOCOL, **changes}
    )
