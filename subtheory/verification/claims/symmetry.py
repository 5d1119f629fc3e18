"""T13: permuted students, low-rank adapters and restricted updates."""

from __future__ import annotations

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import optax

from ..._tree import inner, random_like, relative_distance
from ...setting import trait as traits
from ...setting.init import aligned, hidden_permutations, permuted
from ...setting.setting import Setting
from ...setting.subspace import layer_mask, lora, restrict
from ...simulation.step import inner_product, realised_output_shift, realised_trait_loss_change
from ...simulation.student import distilled_update
from ...theory.lemma import alignment_slope
from ...theory.subspace import extreme_directions, restricted_inner_product, shared_restriction_slope
from ...theory.symmetry import predicted_raw_inner_product
from ..claim import Claim, close, none_of
from ..laboratory import AUXILIARY, CLASSES, Laboratory

EPSILON = 1e-3


def claims(lab: Laboratory) -> list[Claim]:
    """Permutations of hidden units, then coordinates that only one of the two moves in."""
    return [*_permuted(lab), *_adapters(lab), *_restricted(lab)]


def _other_classes(params):
    """The same network but for the order of its class logits: the channel's outputs are what they were."""
    last = max(params["layers"])
    order = jnp.asarray([*np.roll(np.arange(CLASSES), 1), *range(CLASSES, CLASSES + AUXILIARY)])
    head = jax.tree.map(lambda leaf: leaf[..., order], params["layers"][last])
    return {"layers": {**params["layers"], last: head}}


def _permuted(lab: Laboratory) -> list[Claim]:
    images = lab.images[:8]

    def one(draw):
        setting = lab.setting(draw)
        order = hidden_permutations(setting.teacher_init, draw.key)
        twin = dataclasses.replace(setting, student_init=permuted(setting.teacher_init, order))
        update, twin_update = distilled_update(setting, EPSILON), distilled_update(twin, EPSILON)
        v = setting.update_direction()
        shift = realised_output_shift(setting, update, 1.0, images)
        twin_shift = realised_output_shift(twin, twin_update, 1.0, images)
        raw, phi = inner(twin_update, v), inner(update, v)
        flipped = dataclasses.replace(twin, student_init=_other_classes(twin.student_init))
        flipped_update = distilled_update(flipped, EPSILON)
        change, twin_change, flipped_change = (
            realised_trait_loss_change(each, of, 1.0)
            for each, of in ((setting, update), (twin, twin_update), (flipped, flipped_update))
        )
        return {
            "trait": jnp.abs(twin_change - change) / jnp.abs(change),
            "flipped": jnp.abs(flipped_change - change) / jnp.abs(change),
            "aligned": relative_distance(aligned(twin_update, order), update),
            "function": jnp.max(jnp.abs(twin_shift - shift)) / jnp.max(jnp.abs(shift)),
            "raw_law": jnp.abs(raw - predicted_raw_inner_product(setting, order, EPSILON)) / phi,
            "raw": jnp.abs(raw - phi) / phi,
        }

    found = {name: float(np.max(values)) for name, values in lab.per_seed(one, "T13 permuted").items()}
    n = lab.seeds
    return [
        close(
            "T13.aligned",
            found["aligned"],
            0.0,
            1e-9,
            n,
            "after undoing the permutation of hidden units the student's update is the shared-init one",
            "largest relative difference of the updates",
        ),
        close(
            "T13.function",
            found["function"],
            0.0,
            1e-9,
            n,
            "a permuted student changes as a function exactly as the shared-init student",
            "largest relative difference of the output shifts on images",
        ),
        close(
            "T13.trait",
            found["trait"],
            0.0,
            1e-6,
            n,
            "a permuted student's trait loss changes exactly as the shared-init student's",
            "largest relative difference of the changes, α = 1",
        ),
        close(
            "T13.trait.class_head",
            found["flipped"],
            0.0,
            1e-6,
            n,
            "so does that of a student whose class logits are in another order too, which leaves the channel as it is",
            "largest relative difference of the changes, α = 1",
            must="fail",
        ),
        close(
            "T13.raw_law",
            found["raw_law"],
            0.0,
            1e-2,
            n,
            "in raw coordinates the alignment of a permuted student is ε vᵀΠGv",
            "largest difference, relative to φ",
        ),
        close(
            "T13.raw",
            found["raw"],
            0.0,
            1e-2,
            n,
            "in raw coordinates the alignment of a permuted student is φ",
            "largest difference, relative to φ",
            must="fail",
        ),
    ]


def _adapters(lab: Laboratory) -> list[Claim]:
    def one(draw):
        setting = lab.setting(draw)
        apply, adapters = lora(setting.apply, setting.teacher_init, draw.key, rank=2)
        low_rank = Setting(
            apply=apply,
            teacher_init=adapters,
            student_init=adapters,
            trait_loss=_in_coordinates(lab, apply),
            channel=setting.channel,
            inputs=setting.inputs,
        )
        gradient_of_A = [adapter["A"] for adapter in low_rank.update_direction()]
        phi = inner_product(low_rank, EPSILON)
        return optax.tree.norm(gradient_of_A), phi, EPSILON * alignment_slope(low_rank)

    zero, phi, predicted = lab.per_seed(one, "T13 adapters")
    return [
        close(
            "T13.lora_zero",
            float(np.max(zero)),
            0.0,
            0.0,
            len(zero),
            "LoRA at B = 0 has an exactly zero gradient for A",
            "largest norm of the gradient",
        ),
        close(
            "T13.lora",
            float(np.max(np.abs(phi / predicted - 1))),
            0.0,
            0.05,
            len(phi),
            "in LoRA coordinates shared by both, φ = εA > 0",
            "largest relative distance at ε = 1e-3",
        ),
    ]


def _in_coordinates(lab: Laboratory, apply):
    return traits.classification(apply, lab.images, lab.labels, slice(0, 10))


def _restricted(lab: Laboratory) -> list[Claim]:
    shared_wrong, negative, positive, errors = 0, 0, 0, []
    seeds = lab.seeds
    small = lab.model((16, 16))
    drawn = lab.draws("T13 restricted", seeds, small)

    @jax.jit
    def signs(draw, mask, directions):
        setting = lab.setting(draw, small)

        def of(v):
            taught = dataclasses.replace(setting, teacher_update=v)
            both = dataclasses.replace(setting, teacher_update=restrict(v, mask))
            phi = inner(restrict(distilled_update(taught, EPSILON), mask), v)
            together = inner(distilled_update(both, EPSILON), restrict(v, mask))
            predicted = restricted_inner_product(setting, mask, EPSILON, v)
            return phi, together, predicted, shared_restriction_slope(setting, mask, v)

        return jax.vmap(of)(directions)

    for seed in range(seeds):
        draw = jax.tree.map(lambda leaf, seed=seed: leaf[seed], drawn)
        setting = lab.setting(draw, small)
        mask = layer_mask(draw.init, ["layers/1"])
        start = random_like(draw.key, draw.init)
        directions = jax.tree.map(lambda *d: jnp.stack(d), *extreme_directions(setting, mask, start, 20))
        phi, together, predicted, slope = map(np.asarray, signs(draw, mask, directions))
        negative += int(phi[0] < 0)
        positive += int(phi[1] > 0)
        shared_wrong += int(np.sum(together < 0)) + int(np.sum(slope < 0))
        errors.append(float(np.max(np.abs(phi / predicted - 1))))
    n = seeds
    return [
        none_of(
            "T13.restricted",
            shared_wrong,
            2 * n,
            "teacher and student restricted to the same layers: φ ≥ 0, also for the most hostile v",
            "directions with φ < 0",
        ),
        close(
            "T13.mixed_law",
            max(errors),
            0.0,
            0.05,
            2 * n,
            "a full-space teacher and a restricted student give ε vᵀΠGv",
            "largest relative distance, most negative and most positive v",
        ),
        none_of(
            "T13.mixed_positive",
            n - positive,
            n,
            "… which is positive for the one extreme v",
            "seeds in which it was not",
        ),
        none_of(
            "T13.mixed_sign",
            negative,
            n,
            "… and φ ≥ 0 for the other extreme v too",
            "seeds in which φ was negative",
            must="fail",
        ),
    ]
