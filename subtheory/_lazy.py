"""Packages whose names are imported when they are first asked for, so that importing one costs next to nothing."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Callable, Mapping
from typing import Any


def attach(
    package: str, modules: Mapping[str, str], names: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its ``__name__``.
        modules: public name → the module it stands for, from the package on.
        names: public name → the module that defines it.
    """

    def get(name: str) -> Any:
        if name in modules:
            found: Any = importlib.import_module(f".{modules[name]}", package)
        elif name in names:
            found = getattr(importlib.import_module(f".{names[name]}", package), name)
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, found)
        return found

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *modules, *names})

    return get, listed


def submodules(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """``__getattr__`` and ``__dir__`` of a package whose public names are its modules."""
    found = {module.name: module.name for module in pkgutil.iter_modules(sys.modules[package].__path__)}
    return attach(package, found, {})
