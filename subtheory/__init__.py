"""subtheory: the gradient-alignment theorem of *Subliminal Learning*, as theory and as simulation, on JAX.

The names below are the public API; everything else is private. A ``Setting`` holds what is given, ``verify_step`` holds
the theory against one simulated step.
"""

import importlib
from typing import TYPE_CHECKING, Any

from . import simulation as simulation
from . import theory as theory
from .setting import data as data
from .setting import init as init
from .setting import inputs as inputs
from .setting import loss as losses
from .setting import model as models
from .setting import trait as traits
from .setting.premises import Premise as Premise
from .setting.premises import check_premises as check_premises
from .setting.setting import Setting as Setting
from .verification.step_report import StepReport as StepReport
from .verification.step_report import verify_step as verify_step

if TYPE_CHECKING:
    from . import lm as lm


def __getattr__(name: str) -> Any:
    """``subtheory.lm``, imported when it is first asked for: it needs the extra ``lm``."""
    if name == "lm":
        return importlib.import_module(".lm", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
