"""subtheory: the gradient-alignment theorem of *Subliminal Learning*, as theory and as simulation, on JAX.

The names below are the public API; everything else is private. A ``Setting`` holds what is given, ``verify_step`` holds
the theory against one simulated step. Each is imported when it is first asked for, JAX with it.

What docstrings cite as theory.md, T1 for example, is https://github.com/subtheory/subtheory/blob/main/docs/theory.md.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the same names for those who read without running: a test compares
    from . import lm as lm
    from . import simulation as simulation
    from . import theory as theory
    from ._version import __version__ as __version__
    from .setting import data as data
    from .setting import init as init
    from .setting import inputs as inputs
    from .setting import loss as losses
    from .setting import model as models
    from .setting import trait as traits
    from .setting.premises import Premise as Premise
    from .setting.premises import check_premises as check_premises
    from .setting.setting import Setting as Setting
    from .verification.step_measurement import measure_step as measure_step
    from .verification.step_report import StepReport as StepReport
    from .verification.step_report import verify_step as verify_step
    from .verification.training_report import TrainingReport as TrainingReport
    from .verification.training_report import verify_training as verify_training
else:
    from ._lazy import attach

    __getattr__, __dir__ = attach(
        __name__,
        modules={
            "lm": "lm",
            "simulation": "simulation",
            "theory": "theory",
            "data": "setting.data",
            "init": "setting.init",
            "inputs": "setting.inputs",
            "losses": "setting.loss",
            "models": "setting.model",
            "traits": "setting.trait",
        },
        names={
            "Premise": "setting.premises",
            "Setting": "setting.setting",
            "StepReport": "verification.step_report",
            "TrainingReport": "verification.training_report",
            "__version__": "_version",
            "check_premises": "setting.premises",
            "measure_step": "verification.step_measurement",
            "verify_step": "verification.step_report",
            "verify_training": "verification.training_report",
        },
    )
