"""Run as a process of its own, on eight simulated devices: ``python -m tests.lm.on_devices FOLDER [text]``.

Prints, as JSON, numbers computed on one device and on eight, and how large a part of the parameters one device holds.
"""

import json
import sys

import jax
import jax.numpy as jnp
import numpy as np

import subtheory as st


def numbers(lm, tokens, text: bool) -> dict:
    """Logits, a gradient, the slope along it, and greedy text if asked for."""

    @jax.jit
    def all_of_them(params, tokens):
        def loss(params):
            logits = lm.apply(params, tokens)
            log_p = jax.nn.log_softmax(logits[:, :-1])
            return -jnp.mean(jnp.take_along_axis(log_p, tokens[:, 1:, None], axis=-1)), logits

        (value, logits), gradient = jax.value_and_grad(loss, has_aux=True)(params)
        (_, _), (slope, _) = jax.jvp(loss, (params,), (gradient,))
        return {
            "logits": logits,
            "loss": value,
            "slope": slope,
            "gradient": [jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient)],
        }

    found = jax.tree.map(lambda leaf: np.asarray(leaf).tolist(), all_of_them(lm.params, tokens))
    if text:
        found["text"] = [one.tolist() for one in st.lm.generate(lm, [[1, 2, 3], [4]], 4, temperature=0).tokens]
    return found


def main(folder: str, text: bool) -> None:
    assert jax.device_count() == 8
    tokens = np.random.default_rng(0).integers(0, 40, (4, 10))
    whole = st.lm.load(folder, "float64", tokenizer=False)
    found = {"one": numbers(whole, jnp.asarray(tokens), text)}
    mesh = st.lm.device_mesh(model=4, data=2)
    lm = st.lm.load(folder, "float64", tokenizer=False, place=st.lm.shard_parameters(mesh))
    found["eight"] = numbers(lm, st.lm.shard_rows(mesh, tokens), text)
    leaves = jax.tree.leaves(lm.params)
    found["share"] = sum(leaf.addressable_shards[0].data.size for leaf in leaves) / sum(leaf.size for leaf in leaves)
    moved = st.lm.sharded_like(mesh, whole.params)
    found["same places"] = jax.tree.all(jax.tree.map(lambda a, b: a.sharding == b.sharding, moved, lm.params))
    found["undivided"] = st.lm.shard_parameters(mesh)("head/kernel", np.ones((4, 6))).sharding.is_fully_replicated
    try:
        st.lm.shard_rows(mesh, tokens[:3])
    except ValueError as error:
        found["refused"] = str(error)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], "text" in sys.argv[2:])
