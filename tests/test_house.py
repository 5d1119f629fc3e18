"""What holds the house together and no linter sees. Which way imports go is `lint-imports`' to say."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import subtheory
from subtheory import _documentation

ROOT = Path(__file__).resolve().parents[1]
CODE = ("subtheory", "experiments", "paper_figures", "benchmarks", "tests")
CONSTRAINTS = (ROOT / "constraints.txt").read_text()


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]


def test_constraints_hold_names_and_versions_only():
    lines = [line for line in CONSTRAINTS.splitlines() if line and not line.startswith("#")]
    odd = [line for line in lines if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*==[0-9][\w.+!]*( ; [^@/]+)?", line)]
    assert not odd
    assert "://" not in CONSTRAINTS
    assert "--" not in CONSTRAINTS
    names = [line.split("==")[0] for line in lines]
    assert len(names) == len(set(names)), "one version of everything, whatever the Python"


def test_every_requirement_is_pinned():
    pinned = {_normal(line.split("==")[0]) for line in CONSTRAINTS.splitlines()}
    wanted = {_normal(re.split(r"[\[<>=!~; ]", one)[0]) for one in _requirements()}
    assert "jax" in wanted
    assert wanted <= pinned, f"not in constraints.txt: {sorted(wanted - pinned)}"


@pytest.mark.parametrize("folder", CODE)
def test_no_file_is_long(folder):
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files, f"{folder}/ has no Python file"
    lengths = {str(file.relative_to(ROOT)): len(file.read_text().splitlines()) for file in files}
    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_drawing_needs_neither_jax_nor_the_package():
    script = (
        "import importlib, pkgutil, sys\n"
        "import paper_figures\n"
        "names = [m.name for m in pkgutil.walk_packages(paper_figures.__path__, 'paper_figures.')]\n"
        "assert len(names) > 40\n"
        "for name in names:\n"
        "    if not name.endswith('__main__'): importlib.import_module(name)\n"
        "print(*sorted({'jax', 'flax', 'subtheory', 'experiments'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == []


def test_experiments_and_figures_share_their_rooms_and_stems():
    from experiments.harness.rooms import ROOMS

    for room, names in ROOMS.items():
        for name in names:
            assert (ROOT / "experiments" / room / f"{name}.py").is_file()
            assert (ROOT / "paper_figures" / room / f"{name}.py").is_file()
            assert (ROOT / "paper_figures" / "records" / name / "run.json").is_file()


@pytest.mark.parametrize("folder", ["subtheory", "experiments", "paper_figures"])
def test_no_room_is_a_corridor(folder):
    rooms = [ROOT / folder, *(path for path in (ROOT / folder).rglob("*") if path.is_dir())]
    modules = {str(room.relative_to(ROOT)): len(list(room.glob("*.py"))) for room in rooms}
    assert {name: count for name, count in modules.items() if count > 21} == {}  # __init__.py and 20 of its own


def test_versions_agree():
    assert f"\nversion: {subtheory.__version__}\n" in (ROOT / "CITATION.cff").read_text()
    assert subtheory.__version__ in (ROOT / "CHANGELOG.md").read_text()


def test_addresses_are_those_of_the_project():
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    assert urls["Documentation"].replace("/tree/", "/blob/") == _documentation.PLACE
    assert all(url.startswith(urls["Homepage"]) for url in urls.values())
    assert _documentation.page("theory") in str(subtheory.__doc__)


@pytest.mark.parametrize("package", ["subtheory", "experiments", "paper_figures"])
def test_every_page_that_is_cited_is_there(package):
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")}
    for file in (ROOT / package).rglob("*.py"):
        cited = re.findall(r"(?<![\w/.-])(?:docs/)?([a-z][a-z_/-]+\.md)\b", file.read_text())
        assert set(cited) <= pages, file
