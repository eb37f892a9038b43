"""What the machine must offer before anything is made: Python, Node, disk, a free port."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from localbench import processes
from localbench.errors import BenchError
from localbench.places import Bench

PYTHON_RANGE = (
    (3, 10),
    (3, 12),
)  # the restored Frappe of 2023 needs packages that have no wheels for later ones
OLDEST_NODE = (18, 13)
DISK_FOR_SETUP = 3_000  # MB: packages 0.7 GB, npm 0.2 GB, database 0.4 GB, downloads' caches, room to work
DISK_FOR_RUNNING = 300  # MB


def words(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


def version_of_python(python: str) -> tuple[int, ...]:
    """(major, minor) of an interpreter; BenchError if it does not run."""
    if python == sys.executable:
        return sys.version_info[:2]
    try:
        printed = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout
        return tuple(int(part) for part in printed.split())
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise BenchError(f"{python} cannot be run as Python. Set PYTHON=/path/to/python3.11.") from error


def check_python(python: str) -> None:
    """Raise BenchError unless the interpreter for the bench is one that the restored Frappe runs on."""
    version = version_of_python(python)
    oldest, newest = PYTHON_RANGE
    if not oldest <= version <= newest:
        raise BenchError(
            f"The bench needs Python {words(oldest)} to {words(newest)}; {python} is Python {words(version)}. "
            "Set PYTHON=/path/to/python3.11."
        )


def node_version() -> tuple[int, ...] | None:
    """Node's version, or None if there is none."""
    if not shutil.which("node"):
        return None
    try:
        printed = subprocess.run(["node", "--version"], capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple(int(part) for part in re.findall(r"\d+", printed)[:3])


def check_node(oldest: tuple[int, ...] = OLDEST_NODE) -> None:
    """Raise BenchError unless Node and npm are there and new enough."""
    version = node_version()
    if version is None:
        raise BenchError(
            f"Node.js {words(oldest)} or newer is needed and `node` is not found. Install it (Debian: nodejs, npm)."
        )
    if version < oldest:
        raise BenchError(
            f"Node.js {words(oldest)} or newer is needed; this is {words(version)}. Install a newer one."
        )
    if not shutil.which("npm"):
        raise BenchError("npm is not found beside Node.js. Install it (Debian: npm).")


def check_disk(bench: Bench, megabytes: int) -> None:
    """Raise BenchError unless the bench's disk has so much room and lets us write."""
    folder = bench.root
    while not folder.exists():
        folder = folder.parent
    if not os.access(folder, os.W_OK):
        raise BenchError(
            f"{folder} cannot be written to. Give yourself the right to, or clone the project elsewhere."
        )
    free = shutil.disk_usage(folder).free // 1_000_000
    if free < megabytes:
        raise BenchError(
            f"The disk of {folder} has {free} MB free; {megabytes} MB are needed. Free some space."
        )


def check_port(port: int, taken_hint: str = "PORT=8001") -> None:
    """Raise BenchError unless a server may listen on the loopback port."""
    if not 1 <= port <= 65535:
        raise BenchError(f"PORT={port} is not a port; choose one from 1024 to 65535.")
    if processes.is_free(port):
        return
    if port < 1024 and os.geteuid() != 0:
        raise BenchError(
            f"Port {port} is for root only. Choose another, for example `make run {taken_hint}`."
        )
    raise BenchError(
        f"Port {port} is taken by another program. Choose another, for example `make run {taken_hint}`."
    )


def check_path(path: Path) -> None:
    """Raise BenchError for a folder name that MariaDB's, Redis's or Procfile's syntax would break on."""
    if re.search(r"""[\s'"#%$\\;:]""", str(path)):
        raise BenchError(
            f"The folder {path} has a blank or a special character in its name. Clone the project elsewhere."
        )
