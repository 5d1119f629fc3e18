"""Names that are imported when they are asked for: analysers see the same ones, and no module is forgotten."""

from __future__ import annotations

import ast
import importlib
import pkgutil
from pathlib import Path

import pytest

import subtheory


def declared(package):
    """The names that a package's source imports for analysers alone, under TYPE_CHECKING."""
    tree = ast.parse(Path(package.__file__).read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [one for block in blocks for one in block.body if isinstance(one, ast.ImportFrom)]
    return {name.asname: (one.module, name.name) for one in imports for name in one.names}


@pytest.mark.parametrize("package", ["subtheory", "subtheory.theory", "subtheory.simulation"])
def test_analysers_see_the_names_that_are_found(package):
    package = importlib.import_module(package)
    said = declared(package)
    assert said
    assert set(said) <= set(dir(package))
    for name, (module, original) in said.items():
        inner = importlib.import_module("." + module, package.__name__) if module else package
        assert getattr(package, name) is getattr(inner, original)


@pytest.mark.parametrize("package", ["theory", "simulation", "theory.certified"])
def test_every_module_is_declared(package):
    package = importlib.import_module(f"subtheory.{package}")
    modules = {module.name for module in pkgutil.iter_modules(package.__path__)}
    assert set(declared(package)) == modules


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="module 'subtheory' has no attribute 'verifystep'"):
        subtheory.verifystep  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'subtheory.theory' has no attribute 'lema'"):
        subtheory.theory.lema  # noqa: B018
