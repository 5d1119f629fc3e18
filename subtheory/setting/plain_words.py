"""What JAX says of a network that cannot be differentiated or traced, in one sentence with the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

REMEDIES = (
    (
        r"custom_vjp",
        "it uses jax.custom_vjp, which has no forward mode, and the theory needs Jacobian-vector products; use "
        "jax.custom_jvp, or plain JAX",
    ),
    (
        r"Reverse-mode differentiation does not work for lax\.(while_loop|fori_loop)",
        "it uses a while_loop (or a fori_loop with bounds that are not fixed), which has no reverse mode; use "
        "lax.scan, or fixed bounds",
    ),
    (
        r"Concretization|TracerBool|TracerArray|TracerInteger|concrete value|Abstract tracer|__array__\(\) method",
        "it turns a traced value into a Python number or NumPy array (float(), bool(), if, np.asarray); keep it in "
        "jax.numpy",
    ),
    (r"TraceContext|trace level", "it changes the state of a module under a JAX trace; make it pure, as "
     "st.models.from_nnx does, with dropout and statistics in evaluation mode"),
    (r"UnexpectedTracer|leaked", "it keeps a traced value outside of itself; make it pure"),
    (
        r"missing \d+ required (positional|keyword)|positional arguments? but",
        "it takes other arguments; for Haiku use hk.without_apply_rng, else wrap it in a lambda",
    ),
)  # fmt: skip
"""A pattern in the error's type and text, and what to say in its place."""


@contextmanager
def in_words(what: str, call: str) -> Iterator[None]:
    """Turn whatever a user's function raises while JAX traces it into a ``ValueError`` of one sentence.

    Args:
        what: the function, such as ``apply``.
        call: how it is called, such as ``apply(params, inputs)``.

    Raises:
        ValueError: what was met and what to do; the original error is its cause.
    """
    try:
        yield
    except Exception as error:
        if isinstance(error, InWordsError):
            raise
        raise InWordsError(_sentence(what, call, error)) from error


class InWordsError(ValueError):
    """An error that is in words already."""


def _sentence(what: str, call: str, error: Exception) -> str:
    kind = type(error).__name__
    text = f"{kind}: {error}"
    for pattern, remedy in REMEDIES:
        if re.search(pattern, text):
            return f"{what} cannot be used as {call}: {remedy}."
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    first = (lines[0] if lines else "no message")[:200].rstrip(".")
    return (
        f"{call} raised {kind} ({first}); expected a pure function of the parameters and of a whole batch of inputs "
        "[N, ...]: jax.vmap one that takes a single input."
        if what == "apply"
        else f"{call} raised {kind} ({first}); expected a pure, differentiable function."
    )
