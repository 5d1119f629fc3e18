"""Directions whose matrices are products of thin factors, on a perceptron (theory.md, T16).

``subtheory.lm.audit.factors`` has the same for all that a language model is made of.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import parts as parts
    from . import perceptron as perceptron
    from . import truncation as truncation
else:
    from ..._lazy import submodules

    __getattr__, __dir__ = submodules(__name__)
