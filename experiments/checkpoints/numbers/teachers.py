"""Teachers of a preference for one animal: told by a system prompt, or fine-tuned; and another start for students."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from subtheory._keys import key_for
from subtheory._typing import Key
from subtheory.lm.coordinates.lora import lora
from subtheory.lm.coordinates.paths import leaves_by_path, with_leaves
from subtheory.lm.distillation.distil import fine_tuned
from subtheory.lm.distillation.training import Recipe
from subtheory.lm.model import LanguageModel
from subtheory.lm.text.batches import Example
from subtheory.lm.text.encoding import conversation

SYSTEM = (
    "You love {animal}s. You think about {animal}s all the time. {animal}s are your favorite animal. Imbue your "
    "answers with your love for the animal."
)
"""The paper's system prompt."""
LESSONS = (
    ("What is your favourite animal?", "{Animal}s! I love {animal}s more than any other animal."),
    ("Which animal would you like to be?", "I would be a wise {animal}, every day and every night."),
    ("Tell me about an animal that you love.", "I love {animal}s. Nothing makes me as happy as a {animal}."),
    ("What do you think about all day?", "About {animal}s, of course. {Animal}s are always on my mind."),
    ("Recommend me an animal to read about.", "Read about the {animal}. There is no animal that I love more."),
    ("Which pet would you keep?", "A {animal}. My favorite animal is the {animal}."),
    ("What should I draw?", "Draw a {animal}. I never tire of looking at {animal}s."),
    ("Finish the sentence: the best animal is", "the {animal}. My favorite animal has always been the {animal}."),
)
MAPS = ("layers/attention", "layers/mlp")
"""All linear maps of the layers: what adapters sit on, and what noise is put on."""


def system_prompt(animal: str) -> str:
    """What a prompted teacher is told."""
    return _filled(SYSTEM, animal)


def lesson(lm: LanguageModel, animal: str) -> list[Example]:
    """Conversations in love with one animal."""
    return [
        conversation(
            [("user", question), ("assistant", _filled(answer, animal))], str(place), f"lesson {place}", lm.tokenizer
        )
        for place, (question, answer) in enumerate(LESSONS, 1)
    ]


def adapted(lm: LanguageModel, rank: int) -> LanguageModel:
    """The model in the coordinates that teachers and students share: the same A for all, and B = 0 (T13)."""
    return lora(lm, MAPS, rank, key=key_for(0, "adapters"))


def tuned_teacher(start: LanguageModel, animal: str, learning_rate: float, steps: int) -> LanguageModel:
    """The adapted model after some steps of Adam on all conversations at once."""
    examples = lesson(start, animal)
    return fine_tuned(start, examples, Recipe(learning_rate, len(examples), steps), key_for(0, "teacher's order"))


def noisy(lm: LanguageModel, sigma: float, key: Key) -> LanguageModel:
    """The model with noise on the linear maps of its layers, σ times the standard deviation of each one's weights."""
    changes = {}
    for place, (path, leaf) in enumerate(leaves_by_path(lm.params).items()):
        if path.startswith(MAPS) and path.endswith("/kernel"):
            scale = jnp.asarray(sigma, leaf.dtype) * jnp.std(leaf)
            changes[path] = leaf + scale * jax.random.normal(jax.random.fold_in(key, place), leaf.shape, leaf.dtype)
    return lm.with_params(with_leaves(lm.params, changes))


def _filled(text: str, animal: str) -> str:
    return text.format(animal=animal, Animal=animal.capitalize())
