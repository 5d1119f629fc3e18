"""What is built: packages, records, metadata and description of the wheel, and that it runs without the checkout."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

import pytest

import subtheory
from experiments.harness import rooms

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("subtheory", "experiments", "paper_figures")
INFO = f"subtheory-{subtheory.__version__}.dist-info"
PROJECT = "https://github.com/subtheory/subtheory"
LINK = re.compile(r"\]\(([^()\s]+)\)")
AT_MOST = 4 * 2**20
"""Bytes of a wheel: a record that is committed is small, and so is what everybody downloads."""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of what ``make wheel`` builds: a source distribution, and the wheel from it."""
    folder = tmp_path_factory.mktemp("dist")
    run = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built):
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def metadata(wheel):
    return message_from_string(ZipFile(wheel).read(f"{INFO}/METADATA").decode())


def files_of(package):
    every = (path for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(ROOT)) for path in every}


def test_the_wheel_holds_the_three_packages_whole_and_nothing_else(wheel):
    names = set(ZipFile(wheel).namelist())
    assert {name.split("/")[0] for name in names} == {*PACKAGES, INFO}
    course = {name.replace("docs/course", "subtheory/_course", 1) for name in files_of("docs/course")}
    expected = set().union(course, {"subtheory/_lab/index.html"}, *map(files_of, PACKAGES))
    assert {name for name in names if not name.startswith(INFO)} == expected
    assert "subtheory/py.typed" in names


def test_the_wheel_holds_every_record(wheel):
    with ZipFile(wheel) as packed:
        for name in rooms.names():
            for file in ("results.csv", "run.json"):
                path = f"paper_figures/records/{name}/{file}"
                assert packed.read(path) == (ROOT / path).read_bytes()


def test_the_wheel_is_small(wheel):
    assert wheel.stat().st_size < AT_MOST


def test_metadata(wheel, metadata):
    assert (metadata["Name"], metadata["Version"]) == ("subtheory", subtheory.__version__)
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata.get_all("License-File") == ["LICENSE"]
    assert ZipFile(wheel).read(f"{INFO}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    urls = dict(entry.split(", ") for entry in metadata.get_all("Project-URL"))
    assert set(urls) == {"Homepage", "Documentation", "Source", "Changelog"}
    assert all(url.startswith(PROJECT) for url in urls.values())
    extras = {"data", "lm", "gguf", "parquet", "smollm", "cluster", "cuda", "peer", "test", "docs"}
    assert extras == set(metadata.get_all("Provides-Extra"))
    plain = [one for one in metadata.get_all("Requires-Dist") if "extra ==" not in one]
    assert any(one.startswith("matplotlib") for one in plain), "paper_figures draws with it"
    script = ZipFile(wheel).read(f"{INFO}/entry_points.txt").decode()
    assert "subtheory = subtheory.cli:main" in script


def test_links_of_the_description_lead_from_an_index_to_files_that_are_there(metadata):
    description = metadata.get_payload()
    readme = (ROOT / "README.md").read_text()
    assert metadata["Description-Content-Type"] == "text/markdown"
    links = LINK.findall(description)
    assert all(link.startswith("https://") for link in links)
    ours = [link for link in links if link.startswith(PROJECT)]
    assert len(ours) == sum(not link.startswith("https://") for link in LINK.findall(readme)) > 0
    for link in ours:
        kind, path = re.fullmatch(rf"{PROJECT}/(raw|blob)/main/(.+)", link).groups()
        assert (ROOT / path).exists(), path
        assert (kind == "raw") == (Path(path).suffix == ".png"), link
    assert re.sub(rf"{PROJECT}/(raw|blob)/main/", "", description).strip() == readme.strip()


def test_the_source_distribution_holds_tests_and_documentation(built):
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as packed:
        names = {name.split("/", 1)[1] for name in packed.getnames()}
    assert {"README.md", "LICENSE", "Makefile", "constraints.txt", "docs/theory.md", "tests/conftest.py"} <= names
    assert not any(name.startswith(("out/", "dist/", "docs/_build/")) for name in names)


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    folder = tmp_path_factory.mktemp("installed")
    ZipFile(wheel).extractall(folder)
    return folder


def run(installed, folder, *words):
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_it_is_what_is_imported(installed, tmp_path):
    code = "import subtheory, experiments, paper_figures as p; print(subtheory.__version__, p.__file__)"
    assert run(installed, tmp_path, "-c", code).stdout.split() == [
        subtheory.__version__,
        str(installed / "paper_figures" / "__init__.py"),
    ]


def test_experiments_are_listed_from_an_empty_folder(installed, tmp_path):
    said = run(installed, tmp_path, "-m", "experiments", "list")
    assert said.returncode == 0, said.stderr
    assert all(f"  {name} " in said.stdout for name in rooms.names())


def test_a_figure_is_drawn_into_the_folder_where_one_is(installed, tmp_path):
    said = run(installed, tmp_path, "-m", "paper_figures", "alignment_rate")
    assert said.returncode == 0, said.stderr
    assert {path.name for path in (tmp_path / "out" / "figures").iterdir()} == {
        "alignment_rate.pdf",
        "alignment_rate.png",
    }
    assert [path for path in installed.rglob("*") if path.suffix in (".pdf", ".png")] == []
