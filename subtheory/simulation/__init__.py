"""What does happen: the teacher's and the student's steps, taken by automatic differentiation of the losses alone."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import batching as batching
    from . import descent as descent
    from . import devices as devices
    from . import distillation as distillation
    from . import ensemble as ensemble
    from . import linearised as linearised
    from . import mitigation as mitigation
    from . import optimisers as optimisers
    from . import projection as projection
    from . import samples as samples
    from . import step as step
    from . import student as student
    from . import teacher as teacher
    from . import training as training
    from . import trajectory as trajectory
else:
    from .._lazy import submodules

    __getattr__, __dir__ = submodules(__name__)
