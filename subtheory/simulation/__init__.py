"""What does happen: the teacher's and the student's steps, taken by automatic differentiation of the losses alone."""

from .._lazy import submodules

__getattr__, __dir__ = submodules(__name__)
