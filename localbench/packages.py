"""Debian's packages: install what is missing, or say exactly what to install."""

import os
import shutil
import subprocess
from pathlib import Path

from localbench import processes
from localbench.errors import BenchError

SERVERS = {"mariadbd": "mariadb-server", "mariadb": "mariadb-client", "redis-server": "redis-server"}
BROWSER = {"chromium": "chromium"}
VIETNAMESE_FONTS = ("NotoSans-Regular.ttf", "fonts-noto-core")
BUILDING_MYSQLCLIENT = ("libmariadb-dev", "pkg-config", "build-essential", "python3-dev")
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=2"]


def has_program(name: str) -> bool:
    return (
        shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/sbin") is not None
    )


def has_font(file_name: str) -> bool:
    roots = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
    return any(next(root.rglob(file_name), None) for root in roots if root.exists())


def has_package(name: str) -> bool:
    if not shutil.which("dpkg-query"):
        return False
    shown = subprocess.run(["dpkg-query", "-W", "-f=${Status}", name], capture_output=True, text=True)
    return shown.stdout.strip() == "install ok installed"


def has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def missing(browser: bool = False, building: bool = False) -> list[str]:
    """Names of the Debian packages that are needed and not there."""
    needed = [package for program, package in SERVERS.items() if not has_program(program)]
    if not has_ensurepip():
        needed.append("python3-venv")
    if browser:
        needed += [package for program, package in BROWSER.items() if not has_program(program)]
        if not has_font(VIETNAMESE_FONTS[0]):
            needed.append(VIETNAMESE_FONTS[1])
    if building:
        needed += [package for package in BUILDING_MYSQLCLIENT if not has_package(package)]
    return needed


def rights() -> list[str] | None:
    """What to put before a command so that it may install packages; None if nothing helps."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, stdin=subprocess.DEVNULL)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None


def install(names: list[str], log: Path) -> None:
    """Install Debian packages without starting their services; raise BenchError if that is not possible."""
    by_hand = f"sudo apt-get install --no-install-recommends {' '.join(names)}"
    if not shutil.which("apt-get"):
        raise BenchError(
            f"These programs are missing and there is no apt-get here: {', '.join(names)}. Install them yourself."
        )
    before = rights()
    if before is None:
        raise BenchError(
            f"Some Debian packages are missing and this account may not install them. Run: {by_hand}"
        )
    # RUNLEVEL=1 asks Debian's scripts not to start the servers: the bench runs its own. Where systemd starts them
    # all the same, they listen on loopback with Debian's settings, on other ports than ours.
    env = [*before, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
    failed = f"Debian packages cannot be installed ({' '.join(names)})"
    if (
        shutil.which("dpkg")
        and subprocess.run(["dpkg", "--audit"], capture_output=True, text=True).stdout.strip()
    ):
        processes.run([*env, "dpkg", "--configure", "-a"], log, failed, sweepable=False)
    try:
        processes.run([*env, *APT, "update"], log, failed, sweepable=False)
    except BenchError:
        # One unreachable source must not stop us if the packages' lists are there from before.
        if not any(Path("/var/lib/apt/lists").glob("*_Packages*")):
            raise
    install_them = [*env, *APT, "install", "-y", "--no-install-recommends", *names]
    processes.run(install_them, log, failed, timeout=1800, sweepable=False)
    if still := [name for name in missing(browser="chromium" in names) if name in names]:
        raise BenchError(f"{failed}: after apt-get these are still missing: {', '.join(still)}.", log)
