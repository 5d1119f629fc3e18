"""SmolLM2-135M-Instruct, the model that everybody can install: what it says, and that its derivatives are right."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st

from . import packaged

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def smollm2():
    return packaged.smollm2()


def test_it_knows_the_capital_of_france(smollm2):
    text = st.lm.generate(smollm2, ["The capital of France is"], 2, temperature=0).text[0]
    assert text.startswith(" Paris.")


def test_its_chat_template_and_special_tokens_are_its_own(smollm2):
    text = smollm2.tokenizer.chat([{"role": "user", "content": "Hello"}])
    assert text.endswith("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n")
    ids = smollm2.tokenizer.encode(text, special=False)
    assert ids[0] == smollm2.config.bos == 1
    assert smollm2.config.eos == (2,)
    assert smollm2.tokenizer.decode(ids, special=True) == text


def test_the_derivative_along_a_direction_is_the_gradients_product_with_it(smollm2):
    tokens = jnp.asarray([smollm2.tokenizer.encode("Owls hoot at night.")])

    def loss(params):
        log_p = jax.nn.log_softmax(smollm2.apply(params, tokens)[0, :-1])
        return -jnp.mean(log_p[jnp.arange(tokens.size - 1), tokens[0, 1:]])

    leaves, structure = jax.tree.flatten(smollm2.params)
    generator = np.random.default_rng(0)
    v = jax.tree.unflatten(structure, [jnp.asarray(generator.normal(size=x.shape), x.dtype) * 1e-3 for x in leaves])
    along = float(jax.jvp(loss, (smollm2.params,), (v,))[1])
    pairs = list(zip(jax.tree.leaves(jax.grad(loss)(smollm2.params)), jax.tree.leaves(v), strict=True))
    product = sum(float(np.vdot(np.float64(g), np.float64(w))) for g, w in pairs)
    scale = np.sqrt(sum(float(np.sum((np.float64(g) * np.float64(w)) ** 2)) for g, w in pairs))
    assert abs(along - product) < 1000 * np.finfo(np.float32).eps * max(scale, abs(product))
