"""Eight simulated devices, parameters cut over four and rows over two, against one device; sums in bfloat16 models."""

import json
import os
import subprocess
import sys

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory.lm.layer import linear
from subtheory.lm.sharding import parameter_sharding

from .models import tiny

SHARDED = """
import json
import sys
import jax
import numpy as np
from jax.flatten_util import ravel_pytree
import subtheory as st
from subtheory._checks import leaf_name
from subtheory.lm.score import token_log_likelihoods, token_scores

folder = sys.argv[1]
jax.config.update("jax_enable_x64", True)
mesh = st.lm.model_mesh(data=2, model=4)
one = st.lm.load(folder, "float64", tokenizer=False)
lm = st.lm.load(folder, "float64", tokenizer=False, place=st.lm.shard_parameters(mesh))
tokens = np.random.default_rng(0).integers(0, lm.config.vocabulary, (4, 12)).astype(np.int32)
rows = st.lm.shard_rows(mesh, tokens)

@jax.jit
def gradient(params, tokens):
    return jax.grad(lambda params: -token_log_likelihoods(lm.apply, params, tokens).mean())(params)

def off(got, expected):
    got, expected = np.asarray(got), np.asarray(expected)
    return float(np.abs(got - expected).max() / np.abs(expected).max())

named = jax.tree_util.tree_leaves_with_path
g = gradient(lm.params, rows)
again = st.lm.shard_model(one, mesh)
found = dict(
    devices=len(jax.devices()),
    parts={leaf_name(path): [list(leaf.shape), list(leaf.addressable_shards[0].data.shape)]
           for path, leaf in named(lm.params)},
    logits=off(lm.apply(lm.params, rows), one.apply(one.params, tokens)),
    gradient=off(ravel_pytree(jax.device_get(g))[0], ravel_pytree(gradient(one.params, tokens))[0]),
    scores=off(jax.jit(token_scores, static_argnums=0)(lm.apply, lm.params, g, rows)[1],
               token_scores(one.apply, one.params, gradient(one.params, tokens), tokens)[1]),
    moved=all(a.sharding == b.sharding for a, b in zip(jax.tree.leaves(again.params), jax.tree.leaves(lm.params))),
    text=[a.tolist() == b.tolist() for a, b in zip(*(
        st.lm.generate(model, [[1, 2, 3], [4]], 6, temperature=0).tokens for model in (lm, one)))],
)
print(json.dumps(found))
"""


@pytest.mark.parametrize("family", ["llama", pytest.param("gpt2", marks=pytest.mark.slow)])
def test_eight_devices_say_the_same(family, tmp_path):
    # 31 words do not divide among four devices, so the embedding of the first is whole; that of the second is cut.
    st.lm.save(tiny(family, layers=2, vocabulary=31 if family == "llama" else 32), tmp_path)
    flags = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=8", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-c", SHARDED, str(tmp_path)]
    found = json.loads(subprocess.run(command, env=flags, stdout=subprocess.PIPE, check=True).stdout)
    assert found["devices"] == 8
    # The same sums in another order: at most the width's or the batch's number of roundings.
    for what in ("logits", "gradient", "scores"):
        assert found[what] <= 1e-12, what
    assert found["moved"]
    assert found["text"] == [True, True]
    parts = found["parts"]
    for name in ("attention/query", "attention/key", "mlp/up"):
        whole, part = parts[f"layers/{name}/kernel"]
        assert part == [*whole[:2], whole[2] // 4]
    for name in ("attention/output", "mlp/down"):
        whole, part = parts[f"layers/{name}/kernel"]
        assert part == [whole[0], whole[1] // 4, whole[2]]
    whole, part = parts["embedding/tokens"]
    assert part == ([31, 16] if family == "llama" else [8, 16])
    for name in ("final_norm/scale", "layers/mlp_norm/scale"):
        assert parts[name][0] == parts[name][1]


def test_a_mesh_takes_all_devices():
    devices = jax.devices()
    mesh = st.lm.model_mesh()
    assert dict(mesh.shape) == {"data": 1, "model": len(devices)}
    with pytest.raises(ValueError, match="a mesh of data 1 × model 3 has 3 devices; expected 1, all of them"):
        st.lm.model_mesh(model=3, devices=devices[:1])
    with pytest.raises(ValueError, match="got 2 copies of the parameters for 1 devices; expected a divisor"):
        st.lm.model_mesh(data=2, devices=devices[:1])
    assert parameter_sharding(mesh, "layers/mlp_norm/scale", (3, 16)).spec == jax.sharding.PartitionSpec(None, None)


def test_bfloat16_weights_are_summed_in_float32():
    # 1 + 1 + ... in bfloat16 stays at 256, where the next number is 258.
    n = 4097
    kernel = {"kernel": jnp.ones((n, 2), "bfloat16")}
    y = linear(kernel, jnp.ones((1, n), "float32"))
    assert y.dtype == jnp.float32
    np.testing.assert_array_equal(y, np.full((1, 2), float(n)))
    # So is a gradient over 4097 rows, before it is rounded to the weights' dtype; and a tangent.
    gradient = jax.grad(lambda kernel: linear(kernel, jnp.ones((n, 3), "float32")).sum())(
        {"kernel": jnp.ones((3, 2), "bfloat16")}
    )["kernel"]
    assert gradient.dtype == jnp.bfloat16
    np.testing.assert_array_equal(gradient.astype("float32"), np.float32(jnp.bfloat16(n)))
    _, tangent = jax.jvp(lambda kernel: linear(kernel, jnp.ones((1, n), "float32")), (kernel,), (kernel,))
    np.testing.assert_array_equal(tangent, np.full((1, 2), float(n)))


@pytest.mark.parametrize("family", ["llama", "gemma2"])
def test_a_bfloat16_model_differs_from_float32_by_roundings_only(family):
    rounded = tiny(family, "bfloat16")
    wide = rounded.with_params(jax.tree.map(lambda leaf: leaf.astype("float32"), rounded.params))
    tokens = np.random.default_rng(0).integers(0, 31, (4, 20))
    got, expected = (np.asarray(lm.apply(lm.params, tokens)) for lm in (rounded, wide))
    assert got.dtype == np.float32
    # Each factor is off by at most 2^-9; some twenty of them follow each other, in random directions.
    off = np.sqrt(np.mean((got - expected) ** 2) / np.mean(expected**2))
    assert 0 < off <= 20**0.5 * 2**-8
