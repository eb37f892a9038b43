"""The bench's Python packages: uv, one virtual environment, exact versions with checksums."""

import os
import shutil
import sys
from pathlib import Path

from localbench import processes
from localbench.errors import BenchError
from localbench.places import APP, CHECKOUT, Bench

LOCKS = CHECKOUT / "localbench" / "locks"
REQUIREMENTS = LOCKS / "requirements.txt"
OVERRIDES = LOCKS / "overrides.txt"


def uv_environment(bench: Bench) -> dict[str, str]:
    """uv's settings: no progress bars, links instead of copies, patience with a slow registry."""
    return processes.environment(
        UV_NO_PROGRESS="1",
        UV_PYTHON_DOWNLOADS="never",
        UV_HTTP_TIMEOUT="60",
        UV_NO_CONFIG="1",
        UV_LINK_MODE=os.environ.get("UV_LINK_MODE", "hardlink"),
        VIRTUAL_ENV=str(bench.env),
    )


def install_uv(bench: Bench) -> None:
    """A small virtual environment that holds pip (for the one download uv cannot do) and uv."""
    tools = bench.root / "tools"
    shutil.rmtree(tools, ignore_errors=True)
    processes.run(
        [sys.executable, "-m", "venv", tools],
        bench.setup_log,
        "A virtual environment cannot be made (Debian's package python3-venv brings what is needed)",
    )
    processes.run(
        [
            *(tools / "bin" / "python", "-m", "pip", "install", "--require-hashes", "--only-binary=:all:"),
            *("--disable-pip-version-check", "--progress-bar=off", "--retries=2", "--timeout=20"),
            *("--requirement", LOCKS / "uv.txt"),
        ],
        bench.setup_log,
        "The package installer uv cannot be installed",
    )


def _new_environment(bench: Bench) -> None:
    shutil.rmtree(bench.env, ignore_errors=True)
    processes.run(
        [bench.uv, "venv", "--python", bench.python, bench.env],
        bench.setup_log,
        "A virtual environment cannot be made",
        env=uv_environment(bench),
    )


def install_locked(bench: Bench) -> None:
    """The environment for the restored Frappe: every package at the locked version, its checksum verified."""
    _new_environment(bench)
    processes.run(
        [bench.uv, "pip", "install", "--no-deps", "--require-hashes", "--requirement", REQUIREMENTS],
        bench.setup_log,
        "The Python packages cannot be installed",
        env=uv_environment(bench),
    )


def install_checkout(bench: Bench, overrides: Path) -> None:
    """The environment for an official checkout: its own requirements, GitHub addresses replaced by releases."""
    _new_environment(bench)
    processes.run(
        [
            *(bench.uv, "pip", "install", "--override", overrides),
            *("--requirement", LOCKS / "requirements.in", "-e", bench.frappe, "-e", CHECKOUT),
        ],
        bench.setup_log,
        "The Python packages of the Frappe checkout cannot be installed",
        env=uv_environment(bench),
    )


def install_apps(bench: Bench) -> None:
    """Make Frappe and the app importable from where they lie, so that an edit needs no new installation."""
    processes.run(
        [
            *(bench.uv, "pip", "install", "--no-deps", "--no-build-isolation", "--offline"),
            *("-e", bench.frappe, "-e", CHECKOUT),
        ],
        bench.setup_log,
        "Frappe and the app cannot be put into the Python environment",
        env=uv_environment(bench),
    )


def check(bench: Bench) -> None:
    """Raise BenchError unless the environment imports what it is for."""
    processes.run(
        [bench.env_python, "-c", f"import frappe, {APP}, gunicorn, rq, honcho, playwright, xdist"],
        bench.setup_log,
        "The Python environment is not whole",
        cwd=bench.root,
    )


def lock(bench: Bench, needs: list[str]) -> None:
    """Write requirements.txt anew: newest releases that Frappe's ``needs``, the app and the bench accept together."""
    wanted = bench.root / "downloads" / "frappe-needs.in"
    wanted.write_text("\n".join(needs) + "\n", encoding="utf-8")
    if not bench.uv.exists():
        raise BenchError("Run `make setup` first; locking needs its tools.")
    processes.run(
        [
            *(bench.uv, "pip", "compile", "--quiet", "--universal", "--python-version", "3.10"),
            *("--generate-hashes", "--no-annotate", "--no-header", "--upgrade", "--override", OVERRIDES),
            *("--output-file", REQUIREMENTS, wanted, LOCKS / "requirements.in", CHECKOUT / "pyproject.toml"),
        ],
        bench.setup_log,
        "The versions cannot be locked",
        env=uv_environment(bench),
    )
