"""The version of what is installed; the number itself stands in ``pyproject.toml`` alone."""

from importlib import metadata

try:
    __version__ = metadata.version("subtheory")
except metadata.PackageNotFoundError:  # the source on PYTHONPATH, and nothing installed
    __version__ = "not installed"
