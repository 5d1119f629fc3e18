"""What is frozen of a model in coordinates is given to every compiled program, never written into one."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import subtheory as st
from subtheory._tree import move, random_like
from subtheory.lm.coordinates.paths import leaves_by_path
from subtheory.lm.text.batches import Example
from tests.lm.models import tiny
from tests.tolerances import exact

TOKENS = jnp.asarray(np.random.default_rng(0).integers(0, 31, (2, 7)), jnp.int32)


def adapted(lm, patterns, rank=2, seed=3):
    return st.lm.lora(lm, patterns, rank, key=jax.random.key(seed))


def test_what_is_frozen_is_given_to_a_compiled_program():
    """Frozen weights are arguments, not constants: of a large model the program would not fit (the control)."""
    lm = tiny("llama", scan=True, vocabulary=4096)
    low, same = (adapted(lm, "layers/attention/query", seed=seed) for seed in (3, 4))
    frozen = sum(leaf.nbytes for leaf in leaves_by_path(lm.params).values())
    program = st.lm.Compiled(lambda apply, params, tokens: apply(params, tokens))
    text = program.lower(low.apply, low.params, TOKENS).as_text()
    inlined = jax.jit(low.apply).lower(low.params, TOKENS).as_text()
    assert len(text) < frozen / 10
    assert len(inlined) > frozen
    exact(program(low.apply, low.params, TOKENS), program(lm.apply, lm.params, TOKENS))
    before = program.program._cache_size()
    program(same.apply, same.params, TOKENS)
    assert program.program._cache_size() == before  # an equal model is not compiled again


@pytest.mark.slow
def test_no_program_holds_what_is_frozen(monkeypatch):
    """Generation, verification and training hand frozen weights to their programs, of teacher and student alike."""
    lm = tiny("llama", scan=True, vocabulary=4096, head_width=4, rope=st.lm.Rope(4))
    low = adapted(lm, "layers/attention/query")
    frozen = sum(leaf.nbytes for leaf in leaves_by_path(lm.params).values())
    sizes, call = [], st.lm.Compiled.__call__

    def measured(self, *given):
        sizes.append(len(self.lower(*given).as_text()))
        return call(self, *given)

    monkeypatch.setattr(st.lm.Compiled, "__call__", measured)
    st.lm.generate(low, [[1, 2]], 2, temperature=0)
    trait = [Example(np.array([1, 2]), np.array([3, 4]))]
    other = low.with_params(move(low.params, 0.3, random_like(jax.random.key(7), low.params)))
    report = st.lm.verify_model(low, trait, [[1, 2, 3]], 1e-4, other=other, samples=2, max_new_tokens=2)
    assert report.step.lemma_holds
    recipe = st.lm.Recipe(1e-3, batch=2)
    st.lm.distil(lm, other, [[1, 2]], recipe, max_new_tokens=2, channel="distributions")
    assert len(sizes) > 8
    assert max(sizes) < frozen / 2
    with pytest.raises(ValueError, match="expected both in the same ones"):
        st.lm.verify_model(low, trait, [[1, 2, 3]], other=adapted(lm, "layers/attention/query"))
