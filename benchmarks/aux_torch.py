"""The auxiliary-logit experiment as it would be written in PyTorch, the peer that ours is held against.

The same protocol (Adam, minibatches with the last partial one, five trainings per seed), in eager mode, with the fused
Adam and losses of PyTorch itself. Three forms, told apart by what is batched: nothing (one network after another), the
four students of a seed, or all seeds given at once, as the published code does. Each network is a row of
``torch.baddbmm``'s batch; without a batch it is ``torch.addmm``.
"""

# pyright: reportMissingImports=false
from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

if TYPE_CHECKING:
    from experiments.auxiliary_logits.common.protocol import Protocol
    from subtheory.setting.data import Dataset

FORMS = ("one network", "four students", "all seeds")
STUDENTS = {
    "student_aux": ("shared", "auxiliary"),
    "student_all": ("shared", "all"),
    "cross_model_aux": ("other", "auxiliary"),
    "cross_model_all": ("other", "all"),
}


Parameters = list[torch.Tensor]
Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def initial(widths: Sequence[int], generators: Sequence[torch.Generator]) -> Parameters:
    """Weights N(0, 1/fan_in), biases 0, stacked over networks: ``[networks, in, out]`` and ``[networks, 1, out]``."""
    parameters = []
    for fan_in, out in pairwise(widths):
        draws = [torch.randn(fan_in, out, generator=generator) * fan_in**-0.5 for generator in generators]
        parameters += [torch.stack(draws), torch.zeros(len(draws), 1, out)]
    return parameters


def logits(parameters: Parameters, inputs: torch.Tensor) -> torch.Tensor:
    """``[networks, B, outputs]`` from inputs ``[networks, B, features]``."""
    x = inputs
    for place in range(0, len(parameters), 2):
        weight, bias = parameters[place], parameters[place + 1]
        x = torch.addmm(bias[0], x[0], weight[0])[None] if len(weight) == 1 else torch.baddbmm(bias, x, weight)
        x = x if place + 2 == len(parameters) else torch.relu_(x)
    return x


def train(
    parameters: Parameters, inputs: torch.Tensor, targets: torch.Tensor, loss: Loss, protocol: Protocol, epochs: int,
    generators: Sequence[torch.Generator],
) -> None:  # fmt: skip
    """Adam in place. ``inputs`` and ``targets`` are ``[groups, N, ...]``; a group is a seed, whose networks share it.

    An epoch's examples are laid out in order first, which is faster here too than a gather per step.
    """
    groups, count = inputs.shape[:2]
    share = len(parameters[0]) // groups
    for parameter in parameters:
        parameter.requires_grad_(True)
    optimiser = torch.optim.Adam(parameters, lr=protocol.teacher_rate, fused=True)
    for _ in range(epochs):
        orders = [torch.randperm(count, generator=generator) for generator in generators]
        x = torch.stack([inputs[group][order] for group, order in enumerate(orders)])
        y = torch.stack([targets[group][order] for group, order in enumerate(orders)])
        for start in range(0, count, protocol.batch):
            stop = start + protocol.batch
            optimiser.zero_grad()
            outputs = logits(parameters, _each(x[:, start:stop], share))
            loss(outputs, _each(y[:, start:stop], share)).backward()
            optimiser.step()
    for parameter in parameters:
        parameter.requires_grad_(False)


def taught(classes: int) -> Loss:
    """Mean cross-entropy of the class logits, summed over networks, so that networks do not mix."""

    def loss(outputs, labels):
        return len(outputs) * F.cross_entropy(outputs[..., :classes].flatten(0, 1), labels.flatten().long())

    return loss


def imitated(channel: slice) -> Loss:
    """Mean KL divergence from the target's softmax over the channel, summed over networks."""

    def loss(outputs, targets):
        ours, theirs = (F.log_softmax(one[..., channel], dim=-1) for one in (outputs, targets))
        return F.kl_div(ours, theirs, reduction="sum", log_target=True) / outputs.shape[1]

    return loss


def experiment(protocol: Protocol, seeds: Sequence[int], data: Dataset, form: str) -> list[dict[str, float]]:
    """Test accuracy of all six conditions, per seed."""
    if form != "all seeds" and len(seeds) > 1:
        return [one for seed in seeds for one in experiment(protocol, [seed], data, form)]
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    images, labels, test_images, test_labels = _tensors(data)
    classes, features = data.classes, images.shape[1]
    widths = (features, *protocol.hidden, classes + protocol.auxiliary)
    reference, other = initial(widths, generators), initial(widths, generators)
    noise = torch.stack([torch.rand(protocol.noise, features, generator=generator) * 2 - 1 for generator in generators])
    teacher = [parameter.clone() for parameter in reference]
    many = len(seeds)
    labelled = images.expand(many, -1, -1), labels.expand(many, -1)
    train(teacher, *labelled, taught(classes), protocol, protocol.teacher_epochs, generators)
    with torch.no_grad():
        targets = torch.cat([logits([p[g : g + 1] for p in teacher], noise[g : g + 1]) for g in range(many)])
    channels = {
        "auxiliary": slice(classes, classes + protocol.auxiliary),
        "all": slice(0, classes + protocol.auxiliary),
    }
    inits = {"shared": reference, "other": other}
    trained = {"reference": reference, "teacher": teacher}
    if form == "four students":
        trained |= _side_by_side(protocol, inits, channels, noise, targets, generators)
    else:
        for name, (init, channel) in STUDENTS.items():
            student = [parameter.clone() for parameter in inits[init]]
            train(student, noise, targets, imitated(channels[channel]), protocol, protocol.student_epochs, generators)
            trained[name] = student
    hits = {name: _accuracy(p, test_images, test_labels, classes) for name, p in trained.items()}
    return [{name: hits[name][place] for name in hits} for place in range(many)]


def _side_by_side(protocol, inits, channels, noise, targets, generators) -> dict[str, Parameters]:
    """The four students of one seed as four rows of one batch."""
    starts = [inits[init] for init, _ in STUDENTS.values()]
    together = [torch.cat([start[place] for start in starts]) for place in range(len(starts[0]))]
    losses = [imitated(channels[channel]) for _, channel in STUDENTS.values()]

    def loss(outputs, target):
        return torch.stack([one(outputs[k : k + 1], target[k : k + 1]) for k, one in enumerate(losses)]).sum()

    train(together, noise, targets, loss, protocol, protocol.student_epochs, generators)
    return {name: [parameter[k : k + 1] for parameter in together] for k, name in enumerate(STUDENTS)}


def _each(part: torch.Tensor, share: int) -> torch.Tensor:
    return part if share == 1 else part.expand(share, *part.shape[1:])


def _accuracy(parameters: Parameters, images: torch.Tensor, labels: torch.Tensor, classes: int) -> list[float]:
    with torch.no_grad():
        outputs = [logits([p[k : k + 1] for p in parameters], images[None])[0] for k in range(len(parameters[0]))]
    return [float((one[:, :classes].argmax(dim=-1) == labels).float().mean()) for one in outputs]


def _tensors(data: Dataset) -> list[Any]:
    parts = (data.train_images, data.train_labels, data.test_images, data.test_labels)
    return [torch.from_numpy(np.require(part, requirements="W")) for part in parts]
