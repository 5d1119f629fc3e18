"""What is imported when: nothing of JAX for help, nothing slow for the package, and every public name is found. Modules
are counted, in processes of their own; benchmarks/start.py takes the time."""

from __future__ import annotations

import ast
import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import subtheory

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("jax", "numpy", "scipy", "pandas", "sklearn", "matplotlib", "optax", "flax")
SLOW = ("sklearn", "scipy.stats", "scipy.optimize", "pandas", "matplotlib")


def loaded_after(script, *watched):
    """Which of the watched modules a fresh process holds after the script."""
    script += f"\nimport sys\nprint('loaded', *sorted(set({watched!r}) & set(sys.modules)))\n"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False,
                         env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert run.returncode == 0, run.stderr
    words = run.stdout.splitlines()[-1].split()
    assert words[0] == "loaded"
    return words[1:]


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_after("import subtheory", *HEAVY) == []


def test_all_public_names_load_nothing_slow():
    everything = "import subtheory\nfor name in dir(subtheory): getattr(subtheory, name)"
    assert loaded_after(everything, "jax", "subtheory.lm.audit", *SLOW) == ["jax", "subtheory.lm.audit"]


@pytest.mark.parametrize("arguments", [[], ["lm"], ["verify"], ["lm", "audit"], ["lm", "distil"]], ids=" ".join)
def test_help_loads_nothing_heavy(arguments):
    script = (
        "from subtheory.cli import main\n"
        f"try: main([*{arguments!r}, '--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
    )
    assert loaded_after(script, "subtheory.lm", "subtheory.verification", *HEAVY) == []


@pytest.mark.parametrize("arguments", [["--version"], ["--print-completion", "bash"], ["verfy"], ["lm", "adit"]])
def test_what_computes_nothing_loads_nothing_heavy(arguments):
    script = f"from subtheory.cli import main\ntry: main({arguments!r})\nexcept SystemExit: pass\n"
    assert loaded_after(script, *HEAVY) == []


@pytest.mark.parametrize("arguments", [["list"], ["list", "--paper", "figure 8"], ["--help"], ["run", "--help"]])
def test_listing_experiments_loads_nothing_heavy(arguments):
    script = f"from experiments.__main__ import main\ntry: main({arguments!r})\nexcept SystemExit: pass\n"
    assert loaded_after(script, *HEAVY) == []


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


@pytest.mark.parametrize("package", ["theory", "simulation"])
def test_every_module_is_declared(package):
    package = getattr(subtheory, package)
    modules = {path.stem for path in Path(package.__file__).parent.glob("*.py")} - {"__init__"}
    assert set(declared(package)) == modules


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="module 'subtheory' has no attribute 'verifystep'"):
        subtheory.verifystep  # noqa: B018
    with pytest.raises(AttributeError, match=r"module 'subtheory.theory' has no attribute 'lema'"):
        subtheory.theory.lema  # noqa: B018
