"""One state of the lab, computed by subtheory: theory beside simulation. Paste it into a notebook, or run it."""

from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax

import subtheory as st

jax.config.update("jax_enable_x64", True)  # the page computes in float64 as well

STATE = {"seed": 19, "loss": "softmax", "epsilon": 0.5, "alpha": 1.0, "distance": 0.0, "logits": 3, "noise": 2.0,
         "filter": "all", "teacherSteps": 100, "steps": 300}  # fmt: skip

WIDTHS, POINTS, NOISES, REACH = (8, 16, 16, 5), 96, 128, 2.0
MODEL = st.models.mlp(WIDTHS, "tanh")


def mulberry32(seed):
    """The page's random numbers: fractions in [0, 1), the same bits in every language with 32-bit integers."""
    low, state = 0xFFFFFFFF, seed
    while True:
        state = (state + 0x6D2B79F5) & low
        t = ((state ^ state >> 15) * (state | 1)) & low
        t ^= (t + (t ^ t >> 7) * (t | 61)) & low
        yield (t ^ t >> 14) / 2**32


def start(seed):
    """Weights of variance 1/fan_in, each a sum of twelve fractions less six; biases 0."""
    draw, layers = mulberry32(seed), {}
    for i, (ins, outs) in enumerate(pairwise(WIDTHS)):
        drawn = np.array([sum(next(draw) for _ in range(12)) - 6 for _ in range(ins * outs)])
        layers[i] = {"kernel": jnp.asarray((drawn / np.sqrt(ins)).reshape(ins, outs)), "bias": jnp.zeros(outs)}
    return {"layers": layers}


def labelled_points(seed):
    """The trait: points of a square, the other coordinates 0, labelled by the side of a curve they lie on."""
    draw, inputs = mulberry32(seed), np.zeros((POINTS, WIDTHS[0]))
    for row in inputs:
        row[0], row[1] = REACH * (2 * next(draw) - 1), REACH * (2 * next(draw) - 1)
    x, y = inputs[:, 0], inputs[:, 1]
    return jnp.asarray(inputs), jnp.asarray((3 * y > x * x * x - 3 * x).astype(int))


def classes(params, inputs):
    return jnp.argmax(MODEL.apply(params, inputs)[:, :2], axis=1)


def given(state):
    """The setting of the page's state, its trained teacher, and the control's setting, which starts elsewhere."""
    seed = 4 * state["seed"]
    reference, other = start(seed), start(seed + 1)
    inputs, labels = labelled_points(seed + 2)
    trait_loss = st.traits.classification(MODEL.apply, inputs, labels, slice(0, 2))
    teacher, _ = st.simulation.descent.gradient_descent(
        trait_loss, reference, state["epsilon"], state["teacherSteps"], trait_loss
    )
    draw = mulberry32(seed + 3)
    noise = state["noise"] * jnp.asarray([[2 * next(draw) - 1 for _ in range(WIDTHS[0])] for _ in range(NOISES)])
    told, before = classes(teacher, noise), classes(reference, noise)
    kept = {"all": told >= 0, "class0": told == 0, "class1": told == 1, "agree": told == before}[state["filter"]]

    def setting(student):
        loss = {"softmax": st.losses.softmax_cross_entropy, "squared": st.losses.squared_error}[state["loss"]]
        return st.Setting(
            apply=MODEL.apply, teacher_init=reference, student_init=student, trait_loss=trait_loss, imitation_loss=loss,
            channel=slice(2, 2 + state["logits"]), inputs=noise[kept],
        )  # fmt: skip

    student = st.init.interpolated(reference, other, state["distance"])
    return setting(student), teacher, setting(other)


def verified(state):
    """One step (T1, T2, T5) and the whole training (T14), each theory beside simulation."""
    setting, teacher, _ = given(state)
    step = st.verify_step(setting, state["epsilon"], state["alpha"])
    training = st.verify_training(setting, teacher, optax.sgd(state["alpha"]), state["steps"])
    return step, training


if __name__ == "__main__":
    step, training = verified(STATE)
    print(step, training.summary(), f"phi = {step.inner_product!r}", sep="\n")
