"""An official Frappe checkout: what is read from it, and which of its dependencies are replaced."""

import json
import subprocess

import pytest

from localbench import checkout, machine
from localbench.errors import BenchError
from localbench.places import Bench

PYPROJECT = """\
[project]
name = "frappe"
requires-python = ">=3.10,<3.15"
dynamic = ["version"]
dependencies = [
    # core
    "Click~=8.2.0",
    "gunicorn @ git+https://github.com/frappe/gunicorn@bb554053bb87218120d76ab6676af7015680e8b6",
    "PyPika @ git+https://github.com/frappe/pypika@e0e4dc7d8e1b2c1c7a3e0b3f2b1c6d7e8f901234",
    "mysqlclient==2.2.7",
    "requests~=2.32.0",
]
"""
PACKAGE = {
    "dependencies": {
        "air-datepicker": "github:frappe/air-datepicker",
        "frappe-charts": "https://github.com/frappe/charts.git#v2",
        "vue": "^3.3.0",
        "@vue/compiler-sfc": "3.3.4",
        "other": "owner/repository#branch",
    },
    "engines": {"node": ">=18"},
}


@pytest.fixture
def source(tmp_path):
    """A folder with the pieces of an official checkout that the bench reads."""
    root = tmp_path / "checkout"
    (root / "frappe" / "public").mkdir(parents=True)
    (root / "frappe" / "__init__.py").write_text('__version__ = "15.55.1"\n')
    (root / "pyproject.toml").write_text(PYPROJECT)
    (root / "package.json").write_text(json.dumps(PACKAGE))
    (root / "yarn.lock").write_text("# addresses of another registry")
    (root / "esbuild").mkdir()
    (root / "esbuild" / "index.js").write_text("")
    return root


def test_each_checkout_has_a_bench_folder_of_its_own(source, tmp_path):
    folder = checkout.bench_folder(source)
    assert folder.startswith(".bench-15.55.1-")
    twin = tmp_path / "twin"
    source.rename(twin)
    assert checkout.bench_folder(twin) != folder


def test_what_is_no_checkout_is_refused(tmp_path):
    with pytest.raises(BenchError, match="is not a Frappe checkout"):
        checkout.version_of(tmp_path)


def test_dependencies_from_github_are_replaced_by_releases(source):
    needs, python = checkout.requirements(source)
    assert python == ">=3.10,<3.15" and len(needs) == 5
    assert checkout.python_overrides(needs) == [checkout.SETUPTOOLS, "gunicorn>=22,<24", "PyPika==0.48.9"]
    assert checkout.needs_mysqlclient(source)
    assert checkout.npm_package(source)["dependencies"] == {
        "air-datepicker": "2.2.3",
        "frappe-charts": "2.0.0-rc22",
        "vue": "^3.3.0",
        "@vue/compiler-sfc": "3.3.4",
        "other": "*",
    }


@pytest.mark.parametrize(
    "address",
    [
        "github:frappe/air-datepicker",  # version-15
        "git+https://github.com/frappe/air-datepicker",  # version-16
        "frappe/air-datepicker#main",
        "https://codeload.github.com/frappe/air-datepicker/tar.gz/1a2b",
    ],
)
def test_each_way_of_naming_github_is_known(source, address):
    (source / "package.json").write_text(json.dumps({"dependencies": {"air-datepicker": address}}))
    assert checkout.npm_package(source)["dependencies"] == {"air-datepicker": "2.2.3"}


@pytest.mark.parametrize(
    ("requirement", "oldest", "end"),
    [
        (">=3.10,<3.14", (3, 10), (3, 14)),
        (">=3.14,<3.15", (3, 14), (3, 15)),
        (">=18", (18,), None),
        (">=22.1.0 <25", (22, 1, 0), (25,)),
        ("", None, None),
    ],
)
def test_version_ranges_are_read(requirement, oldest, end):
    assert checkout.least(requirement) == oldest and checkout.upper(requirement) == end


def test_a_python_that_does_not_suit_the_checkout_is_refused(source, monkeypatch):
    monkeypatch.setattr(machine, "version_of_python", lambda python: (3, 9))
    with pytest.raises(BenchError, match="needs Python >=3"):
        checkout.check(Bench(source, source))


def test_the_copy_leaves_the_checkout_as_it_was(source, tmp_path):
    (source / "node_modules" / "old").mkdir(parents=True)
    before = {path: path.read_bytes() for path in source.rglob("*") if path.is_file()}
    bench = Bench(tmp_path / "bench", source)
    bench.apps.mkdir(parents=True)
    checkout.copy(bench)
    (bench.frappe / "node_modules" / "kept").mkdir(parents=True)
    checkout.copy(bench)
    assert {path: path.read_bytes() for path in source.rglob("*") if path.is_file()} == before
    assert (bench.frappe / "node_modules" / "kept").is_dir() and not (
        bench.frappe / "node_modules" / "old"
    ).exists()
    assert not (bench.frappe / "yarn.lock").exists()
    assert (
        json.loads((bench.frappe / "package.json").read_text())["dependencies"]["air-datepicker"] == "2.2.3"
    )
    assert not list(bench.apps.glob(".*"))


def test_a_change_in_the_checkout_is_noticed(source):
    first = checkout.fingerprint(source)
    assert checkout.fingerprint(source) == first
    (source / "frappe" / "new.py").write_text("")
    assert checkout.fingerprint(source) != first


def test_of_a_git_checkout_ignored_files_are_not_copied(source):
    (source / ".gitignore").write_text("*.log\n")
    (source / "big.log").write_text("x")
    subprocess.run(["/usr/bin/env", "git", "init", "-q", source], check=True)  # noqa: S603
    names = {str(name) for name in checkout.files(source)}
    assert "big.log" not in names and "frappe/__init__.py" in names
