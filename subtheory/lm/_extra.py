"""Says in one sentence what is missing, before anything else of ``subtheory.lm`` is imported."""

from .._extras import needs

needs("subtheory.lm", "lm", "safetensors", "tokenizers", "jinja2")
