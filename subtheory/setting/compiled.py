"""A function of a setting as one compiled program, to which parameters and inputs are given rather than built in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from .._compiled import Compiled
from .._typing import Apply, Channel, Params, TraitLoss
from .loss import ImitationLoss
from .setting import Setting


class _Hashable(NamedTuple):
    """A channel that can be built in: slices cannot before Python 3.12, arrays never."""

    bounds: tuple[int | None, int | None, int | None] | None
    indices: tuple[int, ...]

    @classmethod
    def of(cls, channel: Channel) -> _Hashable:
        if isinstance(channel, slice):
            return cls((channel.start, channel.stop, channel.step), ())
        return cls(None, tuple(int(i) for i in np.asarray(channel)))

    def channel(self) -> Channel:
        return list(self.indices) if self.bounds is None else slice(*self.bounds)


class _Parts(NamedTuple):
    """A setting as a tree."""

    apply: Apply
    trait_loss: TraitLoss | None
    imitation_loss: ImitationLoss
    channel: _Hashable
    teacher_init: Params
    student_init: Params
    inputs: Any
    teacher_update: Params | None


def computed(function: Callable[..., Any], setting: Setting, *given: Any) -> Any:
    """``function(setting, *given)`` as one program, compiled once for all settings of the same functions and shapes.

    Args:
        function: of a setting and arrays; defined once, because a new function is a new program.
        setting: where; an ``apply`` and a trait loss that are registered trees hand over the arrays that they hold.
        given: arrays; Python numbers would be built in.
    """
    parts = _Parts(
        setting.apply,
        setting.trait_loss,
        setting.imitation_loss,
        _Hashable.of(setting.channel),
        setting.teacher_init,
        setting.student_init,
        setting.inputs,
        setting.teacher_update,
    )
    return _run(function, parts, *given)


@Compiled
def _run(function: Callable[..., Any], parts: _Parts, *given: Any) -> Any:
    return function(Setting(**{**parts._asdict(), "channel": parts.channel.channel()}), *given)
