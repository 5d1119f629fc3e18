"""What must happen: closed forms, matrix-free, without any training loop (theory.md, T1-T16)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import attribution as attribution
    from . import certified as certified
    from . import endpoint as endpoint
    from . import equality as equality
    from . import factors as factors
    from . import filtering as filtering
    from . import flow as flow
    from . import gauss_newton as gauss_newton
    from . import initialisation as initialisation
    from . import kernel as kernel
    from . import krylov as krylov
    from . import lemma as lemma
    from . import preconditioning as preconditioning
    from . import radius as radius
    from . import rounding as rounding
    from . import sampling as sampling
    from . import spectrum as spectrum
    from . import student_step as student_step
    from . import subspace as subspace
    from . import symmetry as symmetry
    from . import theorem as theorem
    from . import trajectory as trajectory
else:
    from .._lazy import submodules

    __getattr__, __dir__ = submodules(__name__)
