"""An official Frappe checkout (version-15, version-16) in place of the restored package.

The bench works on a copy: the checkout itself is never written to. Dependencies that the checkout names by a GitHub
address are replaced by releases of the same packages from the registries, so that GitHub need not be reached.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from localbench import bundles, machine, processes, pyenv
from localbench.errors import BenchError
from localbench.places import APP, CHECKOUT, Bench, digest_of, write_atomically
from localbench.steps import Step

# Releases that carry what the GitHub revisions do (FRAPPE's forks of small libraries).
PYTHON_RELEASES = {"gunicorn": "gunicorn>=22,<24", "pypika": "PyPika==0.48.9"}
# Libraries that version-15 pins (the clients of Google and Dropbox) import pkg_resources, which newer ones lack.
SETUPTOOLS = "setuptools>=78.1.1,<81"
NPM_RELEASES = {"air-datepicker": "2.2.3", "frappe-charts": "2.0.0-rc22"}
ADDRESS = re.compile(r"github\.com|git\+|git://|codeload|^[\w.-]+/[\w.-]+(#.*)?$|^github:", re.IGNORECASE)
LEFT_OUT = (
    ".git",
    "node_modules",
    "__pycache__",
    "yarn.lock",
    "package-lock.json",
    "dist",
    ".github",
    "cypress",
)


def version_of(source: Path) -> str:
    """The checkout's version, such as "15.55.1"; BenchError if this is no Frappe checkout."""
    path = source / "frappe" / "__init__.py"
    if not path.is_file() or not (source / "package.json").is_file():
        raise BenchError(
            f"FRAPPE={source} is not a Frappe checkout (frappe/__init__.py or package.json is missing)."
        )
    found = re.search(
        r"""^__version__\s*=\s*["']([^"']+)["']""", path.read_text(encoding="utf-8"), re.MULTILINE
    )
    if found is None:
        raise BenchError(f"FRAPPE={source} does not say its version in frappe/__init__.py.")
    return found[1]


def bench_folder(source: Path) -> str:
    """The name of the checkout's own bench folder: its version, and a mark of where it lies."""
    return f".bench-{version_of(source)}-{digest_of(str(source))[:6]}"


def requirements(source: Path) -> tuple[list[str], str]:
    """(dependencies, requires-python) of the checkout's pyproject.toml."""
    text = (source / "pyproject.toml").read_text(encoding="utf-8")
    try:
        import tomllib
    except ImportError:  # Python 3.10
        block = re.search(r"^dependencies\s*=\s*\[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        python = re.search(r"""^requires-python\s*=\s*["']([^"']+)""", text, re.MULTILINE)
        lines = re.findall(r"""^\s*["']([^"']+)["']""", block[1], re.MULTILINE) if block else []
        return lines, python[1] if python else ""
    project = tomllib.loads(text).get("project", {})
    return project.get("dependencies", []), project.get("requires-python", "")


def name_of(requirement: str) -> str:
    """The package's name in a requirement line, in lower case."""
    return re.match(r"\s*([A-Za-z0-9._-]+)", requirement)[1].lower().replace("_", "-")


def python_overrides(needs: list[str]) -> list[str]:
    """Requirement lines in place of the checkout's: releases for what names a GitHub address, a setuptools that fits.

    A dependency of which no release is known to do the same comes as its newest.
    """
    found = [SETUPTOOLS]
    for need in needs:
        if "@" not in need or not ADDRESS.search(need.split("@", 1)[1].strip()):
            continue
        name = name_of(need)
        found.append(PYTHON_RELEASES.get(name, name))
    return found


def npm_package(source: Path) -> dict:
    """The checkout's package.json with registry releases in the place of GitHub addresses."""
    package = json.loads((source / "package.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        for name, wanted in package.get(kind, {}).items():
            if ADDRESS.search(wanted):
                package[kind][name] = NPM_RELEASES.get(name, "*")
    return package


def needs_mysqlclient(source: Path) -> bool:
    """Whether the checkout's database driver is built from source (version-16)."""
    return any(name_of(need) == "mysqlclient" for need in requirements(source)[0])


def least(requirement: str) -> tuple[int, ...] | None:
    """The smallest version that ">=3.10,<3.15" or ">=18" asks for, or None."""
    found = re.search(r">=\s*v?(\d+(?:\.\d+)*)", requirement) or re.match(
        r"\s*v?\^?(\d+(?:\.\d+)*)", requirement
    )
    return tuple(int(part) for part in found[1].split(".")) if found else None


def upper(requirement: str) -> tuple[int, ...] | None:
    """The version that ">=3.10,<3.15" stops before, or None."""
    found = re.search(r"<\s*(\d+(?:\.\d+)*)", requirement)
    return tuple(int(part) for part in found[1].split(".")) if found else None


def check(bench: Bench) -> None:
    """Raise BenchError unless this machine's Python and Node suit the checkout."""
    source = bench.frappe_checkout
    wanted = requirements(source)[1]
    version = machine.version_of_python(bench.python)
    oldest, end = least(wanted), upper(wanted)
    if (oldest and version < oldest[:2]) or (end and version >= end[:2]):
        raise BenchError(
            f"Frappe {version_of(source)} needs Python {wanted}; {bench.python} is Python "
            f"{machine.words(version)}. Set PYTHON=/path/to/a/fitting/python."
        )
    engines = json.loads((source / "package.json").read_text(encoding="utf-8")).get("engines", {})
    machine.check_node(least(engines.get("node", "")) or machine.OLDEST_NODE)


def files(source: Path) -> list[Path]:
    """The checkout's own files, as paths inside it: what git tracks, or everything but caches and builds."""
    listed = subprocess.run(
        ["git", "-C", str(source), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True,
    )
    if listed.returncode == 0 and listed.stdout:
        names = [Path(name.decode()) for name in listed.stdout.split(b"\0") if name]
    else:
        names = [path.relative_to(source) for path in sorted(source.rglob("*"))]
    return [
        name
        for name in names
        if not any(part in LEFT_OUT or part.endswith(".egg-info") for part in name.parts)
        and (source / name).is_file()
    ]


def fingerprint(source: Path) -> str:
    """Changes when a file of the checkout does (its size or time; reading 60 MB at each start would be slow)."""
    facts = []
    for name in files(source):
        status = (source / name).stat()
        facts.append(f"{name} {status.st_size} {status.st_mtime_ns}")
    return digest_of(str(source), *facts)


def copy(bench: Bench) -> None:
    """Make ``apps/frappe`` a copy of the checkout; installed npm packages stay."""
    source = bench.frappe_checkout
    fresh = bench.apps / ".frappe.new"
    shutil.rmtree(fresh, ignore_errors=True)
    for name in files(source):
        target = fresh / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source / name, target, follow_symlinks=True)
    write_atomically(fresh / "package.json", json.dumps(npm_package(source), indent=2) + "\n")
    if (kept := bench.frappe / "node_modules").is_dir():
        kept.replace(fresh / "node_modules")
    shutil.rmtree(bench.frappe, ignore_errors=True)
    fresh.replace(bench.frappe)


def install_python(bench: Bench) -> None:
    overrides = python_overrides(requirements(bench.frappe_checkout)[0])
    path = bench.root / "downloads" / "overrides.txt"
    write_atomically(path, "".join(f"{line}\n" for line in overrides))
    pyenv.install_checkout(bench, path)
    pyenv.check(bench)


def install_npm(bench: Bench) -> None:
    processes.run(
        [
            "npm",
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-progress",
            "--no-package-lock",
        ],
        bench.setup_log,
        "The npm packages of the Frappe checkout cannot be installed",
        env=bundles.npm_environment(),
        cwd=bench.frappe,
    )


def build(bench: Bench) -> None:
    """The checkout's own build, as `bench build --production` runs it."""
    bundles.link_public(bench)
    # Frappe's script reads the list of apps from the sites folder that lies two folders above it.
    write_atomically(bench.root / "sites" / "apps.txt", f"frappe\n{APP}\n")
    processes.run(
        ["node", "esbuild", "--production", "--run-build-command"],
        bench.setup_log,
        "The desk's assets cannot be built by the Frappe checkout",
        env=processes.environment(FRAPPE_BENCH_ROOT=str(bench.root)),
        cwd=bench.frappe,
    )


def steps(bench: Bench, stamp: Callable[[str], Path]) -> list[Step]:
    """Frappe copied from the checkout, its Python and npm packages, its assets."""
    source = bench.frappe_checkout
    needs = requirements(source)[0]
    return [
        Step(
            "frappe",
            f"Copying Frappe {version_of(source)} from the checkout",
            5,
            lambda: copy(bench),
            fingerprint=lambda: fingerprint(source),
            needed=lambda: not (bench.frappe / "pyproject.toml").exists(),
            stamp=stamp("frappe"),
        ),
        Step(
            "python",
            "Installing Python packages",
            60,
            lambda: install_python(bench),
            fingerprint=lambda: digest_of(
                *needs, pyenv.LOCKS / "requirements.in", CHECKOUT / "pyproject.toml", bench.python
            ),
            needed=lambda: not bench.env_python.exists(),
            stamp=stamp("python"),
            exclusive=True,
        ),
        Step(
            "npm",
            "Installing npm packages",
            60,
            lambda: install_npm(bench),
            fingerprint=lambda: digest_of(json.dumps(npm_package(source))),
            needed=lambda: not (bench.frappe / "node_modules").is_dir(),
            stamp=stamp("npm"),
            exclusive=True,
        ),
        Step(
            "assets",
            "Building the desk's assets",
            60,
            lambda: build(bench),
            fingerprint=lambda: digest_of(fingerprint(source), bundles.bundle_fingerprint()),
            needed=lambda: not (bench.assets / "assets.json").exists(),
            stamp=stamp("assets"),
        ),
    ]
