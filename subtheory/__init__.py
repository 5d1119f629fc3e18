"""subtheory: the gradient-alignment theorem of *Subliminal Learning*, as theory and as simulation, on JAX.

The names below are the public API; everything else is private. A ``Setting`` holds what is given, ``verify_step`` holds
the theory against one simulated step. Each is imported when it is first asked for, JAX with it.
"""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from ._lazy import attach

if TYPE_CHECKING:
    from . import lm as lm
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

_MODULES = {
    "lm": "lm",
    "simulation": "simulation",
    "theory": "theory",
    "data": "setting.data",
    "init": "setting.init",
    "inputs": "setting.inputs",
    "losses": "setting.loss",
    "models": "setting.model",
    "traits": "setting.trait",
}
_NAMES = {
    "Premise": "setting.premises",
    "Setting": "setting.setting",
    "StepReport": "verification.step_report",
    "check_premises": "setting.premises",
    "verify_step": "verification.step_report",
}
_attribute, __dir__ = attach(__name__, _MODULES, _NAMES)


def __getattr__(name: str) -> Any:
    """A public name, imported when it is first asked for."""
    if name == "__version__":
        return version("subtheory")
    return _attribute(name)
