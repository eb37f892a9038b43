"""Running other programs so that each ends with us, and telling a leftover of ours from anybody else's."""

import contextlib
import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from localbench.errors import BenchError

MARK = "LOCALBENCH_HOME"  # in the environment of every server process: the home that it belongs to
WORK_MARK = "LOCALBENCH_WORK"  # in the environment of every program of a set-up: the bench that it works on
PR_SET_PDEATHSIG = 1
workplace: Path | None = None  # the bench that this process sets up


def environment(**extra: str) -> dict[str, str]:
    """This process's environment without what would lead a Python or Frappe of ours astray, plus ``extra``."""
    unwanted = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DEV_SERVER", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    kept = {
        key: value
        for key, value in os.environ.items()
        if key not in unwanted and not key.startswith("FRAPPE_") and key != "FRAPPE"
    }
    return kept | {"PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"} | extra


def die_with_parent(sign: int = signal.SIGTERM):
    """A function for ``preexec_fn``: the kernel sends ``sign`` to the child when we die, even by SIGKILL."""
    libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None

    def ask() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, sign, 0, 0, 0)

    return ask


def start(
    command: Sequence[str | Path],
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin=None,
) -> subprocess.Popen:
    """Start a program in a session of its own (Ctrl-C is ours to handle), its output appended to ``log``."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=stdin if stdin is not None else subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=dict(env if env is not None else environment()),
            cwd=cwd,
            start_new_session=True,
            preexec_fn=die_with_parent(),
        )


def stop(process: subprocess.Popen, patience: float = 20.0) -> None:
    """End a process that we started, with its children: politely, then by force after ``patience`` seconds."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def run(
    command: Sequence[str | Path],
    log: Path,
    sentence: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin_text: str | None = None,
    timeout: float = 900,
    sweepable: bool = True,
) -> str:
    """Run a program to its end and return what it printed; raise BenchError with ``sentence`` if it failed.

    The output goes to ``log`` as it comes. An interruption ends the program and its children first; if we are killed
    outright, the next set-up ends what is left of it, unless it is not ``sweepable``.
    """
    if workplace is not None and sweepable:
        env = {**(env if env is not None else environment()), WORK_MARK: str(workplace)}
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as out:
        out.write(f"\n$ {' '.join(str(part) for part in command)}\n".encode())
        begun = out.tell()
    stdin = None
    if stdin_text is not None:
        reading, writing = os.pipe()
        os.write(writing, stdin_text.encode())
        os.close(writing)
        stdin = reading
    try:
        process = start(command, log, env, cwd, stdin)
    except OSError as error:
        raise BenchError(f"{sentence}: {command[0]} cannot be started ({error.strerror}).", log) from error
    finally:
        if stdin is not None:
            os.close(stdin)
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        stop(process, 5)
        raise BenchError(f"{sentence}: it did not finish within {timeout:.0f} seconds.", log) from error
    except BaseException:
        stop(process, 5)
        raise
    with log.open("rb") as printed:
        printed.seek(begun)
        text = printed.read().decode(errors="replace")
    if process.returncode != 0:
        raise BenchError(explain(sentence, text), log)
    return text


NETWORK_SIGNS = (
    "Temporary failure in name resolution",
    "Name or service not known",
    "Could not resolve",
    "dns error",
    "failed to lookup address",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "Network is unreachable",
    "Connection refused",
    "Connection timed out",
    "Could not connect",
    "Cannot connect to proxy",
    "tunnel error",
    "Connection failed",
    "error sending request",
    "Failed to establish a new connection",
    "ProxyError",
    "Failed to fetch",
)
DISK_SIGNS = ("No space left on device", "ENOSPC", "Disk quota exceeded", "EDQUOT")
HASH_SIGNS = (
    "DO NOT MATCH THE HASHES",
    "Hash mismatch",
    "EINTEGRITY",
    "Hashes are required",
    "hash mismatch",
)


def explain(sentence: str, output: str) -> str:
    """One sentence for a failed program: the cause when its output tells it, else its last telling line."""
    if any(sign in output for sign in DISK_SIGNS):
        return f"{sentence}: the disk is full. Free some space and run the same command again."
    if any(sign in output for sign in HASH_SIGNS):
        return f"{sentence}: a downloaded package is not the expected one (its checksum differs)."
    if any(sign in output for sign in NETWORK_SIGNS):
        return f"{sentence}: the package registry cannot be reached. Check the network and try again."
    lines = [line.strip() for line in output.splitlines() if line.strip() and not line.startswith("$ ")]
    telling = [line for line in lines if "rror" in line] or lines
    return f"{sentence}: {telling[-1][:300]}" if telling else f"{sentence}."


def is_free(port: int) -> bool:
    """Whether a server may listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_ports(count: int) -> list[int]:
    """Different loopback ports that nothing listens on. Held open together, so none comes twice."""
    with contextlib.ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]


def wait_for_port(port: int, process: subprocess.Popen | None = None, seconds: float = 30) -> bool:
    """Whether something accepts on the port within ``seconds``; gives up early if ``process`` ends."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process is not None and process.poll() is not None:
            return False
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        time.sleep(0.05)
    return False


def leftovers(place: Path, mark: str = MARK) -> list[int]:
    """Process ids of the home's servers (or of a set-up's programs), known by the mark in their environment."""
    wanted = f"{mark}={place}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            if wanted in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
    return found


def sweep(place: Path, mark: str = MARK, patience: float = 20.0) -> int:
    """End what an earlier start that was killed outright left running; return how many processes that was.

    Each is asked politely, and after ``patience`` seconds ended by force.
    """
    first = leftovers(place, mark)
    for sign, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, 5.0)):
        for pid in leftovers(place, mark):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, sign)
        until = time.monotonic() + seconds
        while leftovers(place, mark) and time.monotonic() < until:
            time.sleep(0.1)
    return len(first)


class Held(Exception):
    """The lock is held by another process; ``holder`` is what that process wrote about itself."""

    def __init__(self, holder: str):
        super().__init__(holder)
        self.holder = holder


@contextlib.contextmanager
def lock(path: Path, note: str) -> Iterator[None]:
    """Hold a file lock, which the kernel frees however we die. Raises Held if another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        for attempt in range(4):  # somebody may just be looking at it, see `held_by`
            if _try_lock(file, fcntl.LOCK_EX):
                break
            if attempt == 3:
                file.seek(0)
                raise Held(file.read().strip())
            time.sleep(0.05)
        file.truncate(0)
        file.write(note)
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def held_by(path: Path) -> str | None:
    """What the holder of a file lock wrote about itself; None if nobody holds it."""
    if not path.exists():
        return None
    with path.open("r", encoding="utf-8") as file:
        return None if _try_lock(file, fcntl.LOCK_SH) else file.read().strip()


def _try_lock(file, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return False
    return True
