"""The reference holds every public class and function of the package, whoever adds one and forgets it."""

import importlib
import inspect
import pkgutil

import pytest

import subtheory

from . import extension

package_pages = extension.load("package_pages")


def walked():
    """Every public module, found by walking the package as Python does, and not as the extension does."""
    for found in pkgutil.walk_packages(subtheory.__path__, "subtheory."):
        if not any(part.startswith("_") for part in found.name.split(".")):
            yield found.name


def defined(module):
    """The public classes and functions that a module defines, found by importing it."""
    loaded = importlib.import_module(module)
    return {
        name: value
        for name, value in vars(loaded).items()
        if not name.startswith("_")
        and callable(value)
        and hasattr(value, "__qualname__")  # a function that is kept or compiled has one, an instance has not
        and getattr(value, "__module__", None) == module
    }


def test_every_public_module_is_on_one_page_that_exists_and_is_in_the_contents():
    modules = set(walked())
    on = {page: set(package_pages.modules_of(page)) for page in package_pages.PAGES}
    assert set.union(*on.values()) == modules
    assert sum(map(len, on.values())) == len(modules)
    contents = (extension.DOCS / "api" / "index.md").read_text().split("```{toctree}")[1].split()
    for page, here in on.items():
        assert here, f"{page} is empty"
        assert "```{modules}\n```" in (extension.DOCS / f"{page}.md").read_text()
        assert page.removeprefix("api/") in contents
    written = {f"api/{path.stem}" for path in (extension.DOCS / "api").glob("*.md")} - {"api/index"}
    assert written == set(on)


@pytest.mark.parametrize("module", sorted(walked()))
def test_every_public_class_and_function_has_words_to_document(module):
    """autodoc leaves out what has no docstring."""
    silent = [name for name, value in defined(module).items() if not inspect.getdoc(value)]
    assert silent == []
    assert set(defined(module)) == set(package_pages.definitions(module)), "found by importing, and by reading"


def test_names_of_the_package_are_where_the_table_says():
    for package in (subtheory, subtheory.lm):
        names = package_pages.re_exports(package.__name__)
        assert set(names) >= {name for name in dir(package) if inspect.isclass(getattr(package, name))}
        assert {"lm", "losses", "verify_step"} <= set(names) or "audit" in names
        for module, there in names.values():
            assert not there or hasattr(importlib.import_module(module), there)


def test_the_built_reference_holds_every_one_of_them():
    """What was built, not what should be: Sphinx's inventory has a page for each."""
    file = extension.BUILT / "objects.inv"
    if not file.is_file():
        pytest.skip("no documentation is built here; run 'make docs' first")
    pytest.importorskip("sphinx", reason="the inventory is read with Sphinx: pip install -e '.[docs]'")
    from sphinx.util.inventory import InventoryFile

    inventory = InventoryFile.loads(file.read_bytes(), uri="").data
    documented = {name for kind, names in inventory.items() if kind.startswith("py:") for name in names}
    wanted = {f"{module}.{name}" for module in walked() for name in defined(module)}
    assert len(wanted) > 400
    assert sorted(wanted - documented) == []
