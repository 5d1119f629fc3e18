"""Says in one sentence what is missing, before anything else of ``subtheory.lm`` is imported."""

from importlib.util import find_spec

MISSING = [name for name in ("safetensors", "tokenizers", "jinja2") if find_spec(name) is None]
if MISSING:
    raise ImportError(
        f"subtheory.lm needs {' and '.join(MISSING)}, which this environment lacks; install what language models need: "
        "pip install 'subtheory[lm]'."
    )
