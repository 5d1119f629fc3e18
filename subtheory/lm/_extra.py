"""Says in one sentence what is missing, before anything else of ``subtheory.lm`` is imported."""

from .._extras import LANGUAGE_MODELS, needs

needs(*LANGUAGE_MODELS)
