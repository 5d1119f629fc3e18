"""The Setting: everything that is given before any step is taken."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp

from .._checks import finite_array, finite_tree, floating_tree, is_traced, same_structure, scalar_value
from .._typing import Apply, Channel, Params, TraitLoss
from .adapters import Chunked, FirstOf, Selected, divided, frozen
from .channel import check_channel, select
from .loss import ImitationLoss, from_function, softmax_cross_entropy
from .plain_words import in_words
from .trait import teacher_update as trait_gradient_step


@dataclass(frozen=True, kw_only=True, eq=False)
class Setting:
    """A teacher, a student, a trait and a channel (theory.md, section 0).

    Attributes:
        apply: ``apply(params, inputs[N, ...]) -> outputs[N, ..., n]``; of a Flax NNX or Linen module, or plain JAX.
        teacher_init: the teacher's initial parameters θ_T⁰, any pytree of floating-point arrays.
        student_init: the student's, of the same structure; Lemma 1 asks that they be equal.
        trait_loss: ``trait_loss(params) -> scalar``, L_T; anything differentiable. It may be absent where
            ``teacher_update`` is given: then Theorem 1, which is about its value, says nothing.
        imitation_loss: ℓ, one of ``st.losses`` or a function ``(z[m], y[m]) -> scalar`` of one input's outputs.
        channel: which outputs the student imitates.
        inputs: D, the inputs on which the student imitates, ``[N, ...]``.
        teacher_update: v; −∇L_T(θ_T⁰) if absent.
        outputs: which of several outputs of ``apply`` is meant: a name or number, or a function that takes it.
        trainable: which parameters may move: a tree of Booleans, or a function of a parameter's place
            (``layers/0/kernel``) and value. The others, of whatever type, stay at their values; ``teacher_init`` and
            ``student_init`` of the setting then hold None there.
        chunk: how many inputs are computed at once, so that memory does not grow with their number; None for all.

    Two settings are equal only if they are the same object; so a setting can be a dictionary's key.

    Raises:
        ValueError: trees of different structure, integer parameters, values that are not finite, a channel that is
            empty or outside the outputs, a trait loss that is not a scalar.
    """

    apply: Apply = field(repr=False)
    teacher_init: Params = field(repr=False)
    student_init: Params = field(repr=False)
    trait_loss: TraitLoss | None = field(default=None, repr=False)
    imitation_loss: Any = softmax_cross_entropy  # an ImitationLoss, once __post_init__ has made it one
    channel: Channel = field(default_factory=lambda: slice(None))
    inputs: Any = field(repr=False)
    teacher_update: Params | None = field(default=None, repr=False)
    outputs: Any = None
    trainable: Any = field(default=None, repr=False)
    chunk: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant, in one sentence."""
        function: Any = self.imitation_loss
        if not isinstance(self.imitation_loss, ImitationLoss):
            if not callable(self.imitation_loss):
                raise ValueError(
                    f"the imitation loss is {self.imitation_loss!r}; expected one of st.losses or a function of the "
                    "student's and the teacher's outputs."
                )
            object.__setattr__(self, "imitation_loss", from_function(function))
        self._adapt()
        floating_tree("teacher_init", self.teacher_init)
        floating_tree("student_init", self.student_init)
        same_structure("student_init", self.student_init, "teacher_init", self.teacher_init)
        finite_tree("teacher_init", self.teacher_init)
        finite_tree("student_init", self.student_init)
        object.__setattr__(self, "inputs", jax.tree.map(jnp.asarray, self.inputs))
        for leaf in jax.tree.leaves(self.inputs):
            finite_array("inputs", leaf)
        with in_words("apply", "apply(params, inputs)"):
            outputs = jax.eval_shape(self.apply, self.teacher_init, self.inputs)
        if not hasattr(outputs, "shape") or len(outputs.shape) < 2:
            raise ValueError(
                f"apply returned {getattr(outputs, 'shape', type(outputs).__name__)}; expected one array of outputs "
                "[N, ..., n], the last axis being what the channel selects from (outputs=... chooses among several, "
                "jax.vmap makes a function of one input one of many)."
            )
        if not jnp.issubdtype(outputs.dtype, jnp.floating):
            raise ValueError(f"apply returned {outputs.dtype} outputs; expected real floating-point numbers.")
        if 0 in outputs.shape:
            raise ValueError(f"inputs are empty; expected at least one input, got outputs of shape {outputs.shape}.")
        object.__setattr__(self, "channel", check_channel(self.channel, outputs.shape[-1]))
        if self.trait_loss is not None:
            self._check_trait_loss()
        elif self.teacher_update is None:
            raise ValueError("got neither trait_loss nor teacher_update; expected one, to know where the teacher goes.")
        if self.teacher_update is not None:
            floating_tree("teacher_update", self.teacher_update)
            same_structure("teacher_update", self.teacher_update, "teacher_init", self.teacher_init)
            finite_tree("teacher_update", self.teacher_update)
        if not is_traced((self.teacher_init, self.student_init, self.inputs)):
            for name in ("teacher", "student"):
                finite_array(f"the {name}'s outputs", self.channel_outputs(getattr(self, f"{name}_init")))

    def _adapt(self) -> None:
        """Put what ``outputs``, ``trainable`` and ``chunk`` ask for into ``apply``, once."""
        if not callable(self.apply):
            raise ValueError(f"apply is a {type(self.apply).__name__}; expected a function apply(params, inputs).")
        changes: dict[str, Any] = {}
        apply, loss = self.apply, self.trait_loss
        if self.outputs is not None:
            changes |= {"apply": (apply := Selected(apply, self.outputs)), "outputs": None}
        if self.trainable is not None:
            names = ("apply", "trait_loss", "teacher_init", "student_init")
            changes |= dict(
                zip(names, frozen(apply, loss, self.teacher_init, self.student_init, self.trainable), strict=True)
            )
            if self.teacher_update is not None:
                changes["teacher_update"] = divided(self.teacher_update, self.trainable)[0]
            changes["trainable"] = None
        if self.chunk is not None:
            if self.chunk < 1:
                raise ValueError(f"chunk is {self.chunk}; expected at least one input.")
            changes |= {"apply": Chunked(changes.get("apply", apply), self.chunk), "chunk": None}
        for name, value in changes.items():
            object.__setattr__(self, name, value)

    def _check_trait_loss(self) -> None:
        loss: Any = self.trait_loss
        if not callable(loss):
            raise ValueError(f"trait_loss is a {type(loss).__name__}; expected a function of the parameters.")
        with in_words("trait_loss", "trait_loss(params)"):
            value = jax.eval_shape(loss, self.teacher_init)
        if isinstance(value, tuple) and len(value) == 2 and getattr(value[0], "shape", None) == ():
            object.__setattr__(self, "trait_loss", FirstOf(loss))
            value = value[0]
        scalar_value("trait_loss", value)

    def channel_outputs(self, params: Params) -> jax.Array:
        """z_θ on the channel for all inputs, ``[N, ..., m]``."""
        return select(self.apply(params, self.inputs), self.channel)

    def update_direction(self) -> Params:
        """v: the given teacher update, or −∇L_T(θ_T⁰)."""
        if self.teacher_update is not None:
            return self.teacher_update
        assert self.trait_loss is not None  # __post_init__ refuses a setting with neither
        return trait_gradient_step(self.trait_loss, self.teacher_init)

    @property
    def shares_init(self) -> bool:
        """Whether teacher and student start from the same parameters, bit for bit."""
        pairs = zip(jax.tree.leaves(self.teacher_init), jax.tree.leaves(self.student_init), strict=True)
        return all(a is b or bool(jnp.all(a == b)) for a, b in pairs)
