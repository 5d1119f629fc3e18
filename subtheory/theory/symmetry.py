"""Permuted students: raw alignment means nothing, aligned coordinates obey the theorem (theory.md, T13)."""

from __future__ import annotations

from collections.abc import Sequence

import jax
from jaxtyping import Array, Float

from .._tree import inner, scaled
from .._typing import Params, Rate
from ..setting.init import permuted
from ..setting.setting import Setting
from .gauss_newton import gauss_newton_product


def predicted_permuted_update(setting: Setting, permutations: Sequence[jax.Array], epsilon: Rate) -> Params:
    """Π ε G v: the update of a student whose hidden units are Π's reordering of the teacher's (T13)."""
    Gv = gauss_newton_product(setting, setting.update_direction())
    return scaled(epsilon, permuted(Gv, permutations))


def predicted_raw_inner_product(setting: Setting, permutations: Sequence[jax.Array], epsilon: Rate) -> Float[Array, ""]:
    """ε vᵀ Π G v: the alignment in raw coordinates, of either sign (T13)."""
    v = setting.update_direction()
    return inner(predicted_permuted_update(setting, permutations, epsilon), v)
