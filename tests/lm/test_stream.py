"""The residual stream layer by layer, and what is put into it."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from subtheory.lm.decoder.layer import normalise
from tests.lm.models import CONFIGS, tiny
from tests.tolerances import exact

from .test_derivatives import tokens_of

FAMILIES = ["gpt2", *(pytest.param(one, marks=pytest.mark.slow) for one in sorted(CONFIGS) if one != "gpt2")]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("scan", [True, False])
def test_the_last_layer_s_stream_is_what_the_head_reads_once_it_is_normalised(family, scan):
    lm = tiny(family, scan=scan)
    tokens = tokens_of(lm)
    stream = lm.apply.stream(lm.params, tokens)
    assert stream.shape == (lm.config.layers, *tokens.shape, lm.config.width)
    hidden = lm.apply.hidden(lm.params, tokens)
    exact(normalise(lm.config, lm.params["final_norm"], stream[-1]), hidden)


def test_an_earlier_layer_s_stream_is_that_of_the_model_cut_off_there():
    lm = tiny("gpt2")
    tokens = tokens_of(lm)
    one = tiny("gpt2", layers=1)
    cut = {**lm.params, "layers": jax.tree.map(lambda leaf: leaf[:1], lm.params["layers"])}
    exact(one.apply.stream(cut, tokens)[0], lm.apply.stream(lm.params, tokens)[0])


def test_a_bias_of_the_last_map_of_a_layer_is_added_to_its_stream():
    lm = tiny("gpt2")
    tokens, layers = tokens_of(lm), lm.params["layers"]
    down = layers["mlp"]["down"]
    push = jnp.arange(1.0, lm.config.width + 1)
    here = jnp.zeros((lm.config.layers, lm.config.width)).at[0].set(push)
    moved = {**lm.params, "layers": {**layers, "mlp": {**layers["mlp"], "down": {**down, "bias": down["bias"] + here}}}}
    before, after = (np.asarray(lm.apply.stream(params, tokens)[0]) for params in (lm.params, moved))
    exact(after - before, np.broadcast_to(push, before.shape), scale=10.0)


def test_tokens_outside_the_vocabulary_are_refused():
    lm = tiny("gpt2")
    with pytest.raises(ValueError, match="vocabulary"):
        lm.apply.stream(lm.params, np.full((1, 3), lm.config.vocabulary))
