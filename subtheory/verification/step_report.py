"""``verify_step``: theory against simulation for one step in one setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import jax
import jax.numpy as jnp

from .._checks import is_traced, positive_finite
from .._typing import Rate
from ..setting.plain_words import in_words
from ..setting.premises import Premise, broken, check_premises
from ..setting.setting import Setting
from ..theory.equality import null_reasons
from ..theory.rounding import resolution
from .step_measurement import measure_step


@dataclass(frozen=True)
class StepReport:
    """What one teacher step and one student step did, beside what the theory says.

    Attributes:
        epsilon: the teacher's learning rate ε.
        alpha: the student's learning rate α.
        inner_product: φ(ε) = Δθ_S·v, simulated.
        predicted_inner_product: εA (T1).
        cosine: of Δθ_S and v, simulated.
        predicted_cosine: its limit for ε → 0 (T1).
        trait_loss_change: L_T(θ_S⁰ + αΔθ_S) − L_T(θ_S⁰), simulated; None without a trait loss.
        predicted_trait_loss_change: −αεA for the trait loss's own gradient (T2); None without a trait loss.
        certified: whether T5 certifies φ(ε) > 0 at this finite ε; False where a premise of the certificate is missing.
        lemma_holds: φ(ε) ≥ 0, up to rounding.
        theorem_holds: whether the trait loss fell; None without a trait loss, or where its change is below rounding.
        unresolved: in words, why the theorem has no verdict and which α would do; empty where it has one.
        premises: every premise, met or broken, in words.
        null_reasons: why φ must be exactly zero, if it must (T3).
    """

    epsilon: float
    alpha: float
    inner_product: float
    predicted_inner_product: float
    cosine: float
    predicted_cosine: float
    trait_loss_change: float | None
    predicted_trait_loss_change: float | None
    certified: bool
    lemma_holds: bool
    theorem_holds: bool | None
    premises: tuple[Premise, ...]
    null_reasons: tuple[str, ...]
    unresolved: str = ""

    def __str__(self) -> str:
        lines = [
            f"φ(ε) = {self.inner_product:.6g}, predicted εA = {self.predicted_inner_product:.6g}",
            f"cosine of Δθ_S and v = {self.cosine:.4f}, predicted {self.predicted_cosine:.4f}",
        ]
        if self.trait_loss_change is not None:
            lines.append(
                f"trait loss change = {self.trait_loss_change:.6g}, predicted {self.predicted_trait_loss_change:.6g}"
            )
        if self.unresolved:
            lines.append(f"theorem unresolved: {self.unresolved}")
        lines.append(f"sign certified at ε = {self.epsilon:g}: {'yes' if self.certified else 'no'}")
        lines.extend(str(premise) for premise in self.premises)
        lines.extend(f"exactly null: {reason}" for reason in self.null_reasons)
        return "\n".join(lines)


def verify_step(
    setting: Setting, epsilon: Rate = 1e-3, alpha: Rate = 1e-2, *, allow_broken_premises: bool = False
) -> StepReport:
    """Take one teacher step and one student step, and hold them against Lemma 1, Theorem 1 and the T5 certificate.

    The first call with a network compiles (a second or two); further ones with the same functions and shapes do not.

    Args:
        setting: what is given. Different initialisations are allowed, and reported as the broken premise they are.
        epsilon: ε, the teacher's learning rate.
        alpha: α, the student's.
        allow_broken_premises: report an imitation loss that breaks a premise of T0 instead of refusing it.

    Raises:
        ValueError: ε or α not positive and finite; an ε whose effect is below rounding; an imitation loss that breaks a
            premise (named, with the input where it breaks); outputs or gradients that are not finite.

    >>> import jax.numpy as jnp
    >>> import subtheory as st
    >>> model = st.models.linear(2, 2)
    >>> params = model.init(jax.random.key(0))
    >>> setting = st.Setting(apply=model.apply, teacher_init=params, student_init=params, inputs=jnp.eye(2),
    ...                      trait_loss=st.traits.regulariser, imitation_loss=st.losses.squared_error)
    >>> report = st.verify_step(setting)
    >>> report.lemma_holds, report.theorem_holds, report.certified
    (True, True, True)
    """
    if is_traced((setting.teacher_init, setting.student_init, setting.inputs, epsilon, alpha)):
        raise ValueError(
            "verify_step reports in words, which JAX cannot trace; under jit, vmap or scan use st.measure_step."
        )
    positive_finite("epsilon", epsilon)
    positive_finite("alpha", alpha)
    outputs = setting.channel_outputs(setting.student_init)
    deterministic = _determinism(setting, outputs)
    if not deterministic.met and not allow_broken_premises:
        raise ValueError(
            f"apply is no function of its arguments: {deterministic.words}; put dropout and batch statistics into "
            "evaluation mode and random keys into the inputs, or pass allow_broken_premises=True to measure it."
        )
    premises = check_premises(setting.imitation_loss, outputs)
    unmet = broken(premises)
    if unmet and not allow_broken_premises:
        raise ValueError(
            f"the imitation loss {setting.imitation_loss.name!r} breaks premise {unmet[0].name}: {unmet[0].words}; "
            "choose one of st.losses, or pass allow_broken_premises=True to measure it."
        )
    with in_words("apply or the trait loss", "a differentiable function"):
        measured = measure_step(setting, epsilon, alpha)
    _refuse_what_is_not_finite(measured)
    _refuse_unresolved(setting, float(epsilon), float(measured["relative_effect"]))

    same_init = _same_init_premise(setting)
    lawful = bool(same_init.met and deterministic.met) and not unmet
    phi = float(measured["inner_product"])
    change, predicted_change = (
        None if setting.trait_loss is None else float(measured[name])
        for name in ("trait_loss_change", "predicted_trait_loss_change")
    )
    unresolved = "" if change is None else _unresolved(measured, setting, float(alpha))
    return StepReport(
        epsilon=float(epsilon),
        alpha=float(alpha),
        inner_product=phi,
        predicted_inner_product=float(measured["predicted_inner_product"]),
        cosine=float(measured["cosine"]),
        predicted_cosine=float(measured["predicted_cosine"]),
        trait_loss_change=change,
        predicted_trait_loss_change=predicted_change,
        certified=lawful and bool(measured["certified"]),
        lemma_holds=phi >= -float(measured["rounding"]),
        theorem_holds=None if change is None or unresolved else change < 0,
        premises=(same_init, deterministic, *premises),
        null_reasons=null_reasons(setting) if lawful and measured["predicted_inner_product"] == 0 else (),
        unresolved=unresolved,
    )


def _determinism(setting: Setting, outputs: jax.Array) -> Premise:
    """Whether a second call gives the same outputs: every derivative in the theory takes it for granted."""
    again = setting.channel_outputs(setting.student_init)
    apart = float(jnp.max(jnp.abs(again - outputs)))
    if apart <= 100 * float(jnp.finfo(outputs.dtype).eps) * float(jnp.max(jnp.abs(outputs))):
        return Premise("determinism", True, "two calls of apply with the same arguments give the same outputs")
    return Premise("determinism", False, f"two calls with the same arguments give outputs that differ by {apart:.3g}")


def _unresolved(measured: Mapping[str, jax.Array], setting: Setting, alpha: float) -> str:
    """Why the change of the trait loss says nothing, if it does not: it, and what is predicted, are below rounding."""
    change, predicted, rounding = (
        abs(float(measured[name]))
        for name in ("trait_loss_change", "predicted_trait_loss_change", "trait_loss_rounding")
    )
    if max(change, predicted) > rounding or predicted == 0:
        return ""
    dtype = jnp.result_type(*jax.tree.leaves(setting.teacher_init))
    return (
        f"the trait loss would change by {predicted:.2g}, and {dtype} resolves {rounding:.2g} of it; an alpha of at "
        f"least {3 * alpha * rounding / predicted:.2g} would do at this epsilon, or float64."
    )


def _same_init_premise(setting: Setting) -> Premise:
    if setting.shares_init:
        return Premise("shared initialisation", True, "teacher and student start from the same parameters")
    return Premise(
        "shared initialisation",
        False,
        "teacher and student start from different parameters, so Lemma 1 and Theorem 1 predict nothing here (T4)",
    )


def _refuse_what_is_not_finite(measured: Mapping[str, jax.Array]) -> None:
    for name, finite in (
        ("the teacher's update v", "finite_direction"),
        ("the trained teacher's outputs", "finite_targets"),
        ("the student's update", "finite_update"),
    ):
        if not measured[finite]:
            raise ValueError(f"{name} hold NaN or infinity; expected finite values: try a smaller epsilon.")
    if not measured.get("finite_trait_loss", True):
        raise ValueError("the trait loss at student_init is NaN or infinite; expected a finite value.")
    if not measured.get("finite_trait_loss_after", True):
        raise ValueError(
            "the trait loss after the student's step is NaN or infinite; expected a finite value: try a smaller alpha."
        )


def _refuse_unresolved(setting: Setting, epsilon: float, relative: float) -> None:
    seen = resolution(setting, relative)
    if seen is not None and epsilon < seen.smallest_epsilon:
        raise ValueError(
            f"epsilon is {epsilon:g}, whose effect on the outputs is below rounding in {seen.dtype}; expected at least "
            f"{seen.smallest_epsilon:.2g} (about {seen.recommended_epsilon:.2g} would do well), or float64."
        )
