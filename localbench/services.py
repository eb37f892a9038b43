"""The private servers of a home: one MariaDB and two Redis, on loopback ports chosen at each start."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from localbench import processes
from localbench.errors import BenchError
from localbench.places import Home, read_json, write_atomically

MARIADB_PATIENCE = 60  # seconds: a server that died by force first repairs its log
MEGABYTE = 1024 * 1024
ERROR = re.compile(r"\bERROR\b|rror:|Fatal|FATAL|EADDRINUSE")


@dataclass(frozen=True)
class Ports:
    """The loopback ports of a home's servers."""

    mariadb: int
    redis_cache: int
    redis_queue: int
    gunicorn: int
    socketio: int
    web: int

    @classmethod
    def choose(cls, web: int | None = None) -> "Ports":
        """Ports that are free now; ``web`` fixes the one that people type."""
        fresh = [port for port in processes.free_ports(7) if port != web]
        return cls(*fresh[:5], web if web is not None else fresh[5])

    @classmethod
    def choose_for(cls, homes: int) -> list["Ports"]:
        """Free ports for several homes at once, none twice: much is listened on only later."""
        fresh = iter(processes.free_ports(6 * homes))
        return [cls(*(next(fresh) for _ in range(6))) for _ in range(homes)]


def find_program(*names: str) -> str:
    """The first of these programs that is installed (Debian keeps servers in /usr/sbin)."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin:/sbin"
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise BenchError(f"{names[0]} is not installed. Run `make setup`, which installs it or says how.")


def buffer_pool(home: Home) -> int:
    """Bytes of memory for InnoDB's pages: an eighth of the machine's, within bounds."""
    with contextlib.suppress(OSError, ValueError):
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        return min(max(total // 8, 128 * MEGABYTE), (1024 if home.durable else 256) * MEGABYTE)
    return 128 * MEGABYTE


def configure(home: Home, ports: Ports) -> None:
    """Write the servers' configuration files and the ports into Frappe's common_site_config.json."""
    home.make_folders()
    data, tmpdir = home.data / "mariadb", home.data / "mariadb-tmp"
    # Of its own: a server that starts deletes the temporary tables it finds, those of a running one too.
    tmpdir.mkdir(exist_ok=True)
    write_atomically(
        home.config / "mariadb.cnf",
        f"""[mariadbd]
datadir = {data}
tmpdir = {tmpdir}
socket = {home.mariadb_socket}
pid-file = {home.run / "mariadb.pid"}
bind-address = 127.0.0.1
port = {ports.mariadb}
skip-name-resolve
skip-log-bin
character-set-server = utf8mb4
collation-server = utf8mb4_unicode_ci
max_allowed_packet = 64M
max_connections = 200
innodb_buffer_pool_size = {buffer_pool(home)}
innodb_file_per_table = 1
# 1: a commit that was confirmed survives a power cut. Only a test site trades that for speed.
innodb_flush_log_at_trx_commit = {1 if home.durable else 2}
{"user = root" if os.geteuid() == 0 else ""}
""",
    )
    for name, port, kept in (
        ("redis_cache", ports.redis_cache, 'save ""\nmaxmemory 256mb\nmaxmemory-policy allkeys-lru'),
        ("redis_queue", ports.redis_queue, "save 60 1\nmaxmemory-policy noeviction"),
    ):
        folder = home.data / "redis"
        folder.mkdir(exist_ok=True)
        write_atomically(
            home.config / f"{name}.conf",
            f"bind 127.0.0.1\nport {port}\nprotected-mode yes\ndaemonize no\nappendonly no\n"
            f"dir {folder}\ndbfilename {name}.rdb\n{kept}\n",
        )
    path = home.sites / "common_site_config.json"
    settings = read_json(path) | {
        "bench_id": f"phanhoi-{home.name}",
        "db_host": "127.0.0.1",
        "db_port": ports.mariadb,
        "default_site": home.site,
        "redis_cache": f"redis://127.0.0.1:{ports.redis_cache}",
        "redis_queue": f"redis://127.0.0.1:{ports.redis_queue}",
        "redis_socketio": f"redis://127.0.0.1:{ports.redis_queue}",
        "webserver_port": ports.web,
        "socketio_port": ports.socketio,
        "developer_mode": 0,
        "serve_default_site": True,
        "disable_website_cache": False,
    }
    write_atomically(path, json.dumps(settings, indent=1, sort_keys=True) + "\n")
    write_atomically(home.run / "ports.json", json.dumps(asdict(ports), indent=1) + "\n")


def commands(home: Home) -> dict[str, list[str]]:
    """The command line of each data server, by name, in the order of starting."""
    redis = find_program("redis-server")
    return {
        "mariadb": [find_program("mariadbd", "mysqld"), f"--defaults-file={home.config / 'mariadb.cnf'}"],
        "redis_cache": [redis, str(home.config / "redis_cache.conf")],
        "redis_queue": [redis, str(home.config / "redis_queue.conf")],
    }


def greets(port: int) -> bool:
    """Whether a MariaDB server answers on the port (it speaks first; an error packet starts with 0xFF)."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as client:
        client.settimeout(2)
        return len(greeting := client.recv(5)) == 5 and greeting[4] != 0xFF
    return False


def last_error(log: Path) -> str:
    """The last lines of a log that tell of an error, on one line; empty if none does."""
    if not log.exists():
        return ""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines()[-40:]]
    return " ".join([line for line in lines if ERROR.search(line)][-2:])[:400]


def start_all(home: Home, ports: Ports) -> list[subprocess.Popen]:
    """Start the three servers and wait until each answers; on failure stop them and raise BenchError."""
    env = processes.environment(**{processes.MARK: str(home.path)})
    started: list[subprocess.Popen] = []
    try:
        for name, command in commands(home).items():
            log = home.logs / f"{name}.log"
            log.write_bytes(b"")
            started.append(processes.start(command, log, env))
        until = time.monotonic() + MARIADB_PATIENCE
        while not greets(ports.mariadb):
            if started[0].poll() is not None or time.monotonic() > until:
                log = home.logs / "mariadb.log"
                raise BenchError(
                    processes.explain("The database server does not start", last_error(log)), log
                )
            time.sleep(0.05)
        for process, name, port in (
            (started[1], "redis_cache", ports.redis_cache),
            (started[2], "redis_queue", ports.redis_queue),
        ):
            if not processes.wait_for_port(port, process):
                log = home.logs / f"{name}.log"
                raise BenchError(processes.explain(f"Redis ({name}) does not start", last_error(log)), log)
    except BaseException:
        stop_all(started)
        raise
    return started


def stop_all(started: list[subprocess.Popen]) -> None:
    """Stop the servers, MariaDB with time to write what it holds."""
    for process in started:
        if process.poll() is None:
            process.terminate()
    for process in started:
        processes.stop(process, MARIADB_PATIENCE)


@contextlib.contextmanager
def owning(home: Home, purpose: str) -> Iterator[None]:
    """Be the one who starts and stops this home's servers; raise BenchError if somebody else is."""
    note = json.dumps({"pid": os.getpid(), "purpose": purpose})
    try:
        with processes.lock(home.run / "owner.lock", note):
            processes.sweep(home.path)
            yield
    except processes.Held:
        by = holder(home) or {"purpose": "another command", "pid": "unknown"}
        hint = "Stop it first (Ctrl-C where it runs)"
        if home.name not in ("run", "benchmark"):
            hint = "Wait for it, or give this run a site of its own with TEST=name"
        raise BenchError(
            f"`make {by['purpose']}` (process {by['pid']}) is using the {home.name} site. {hint}."
        ) from None


@contextlib.contextmanager
def running(home: Home, purpose: str) -> Iterator[Ports]:
    """The home's data servers, for the length of a ``with`` block: those of `make run` if it runs, else our own."""
    if is_serving(home):
        yield Ports(**read_json(home.run / "ports.json"))
        return
    with owning(home, purpose):
        ports = Ports.choose(read_json(home.run / "ports.json").get("web"))
        configure(home, ports)
        started = start_all(home, ports)
        try:
            yield ports
        finally:
            stop_all(started)


def holder(home: Home) -> dict:
    """{"pid", "purpose"} of the process that owns the home's servers now; empty if nobody does."""
    note = processes.held_by(home.run / "owner.lock")
    if note is None:
        return {}
    unknown = {"pid": "unknown", "purpose": "another command"}
    try:
        return unknown | json.loads(note)
    except ValueError:
        return unknown


def is_serving(home: Home) -> bool:
    """Whether `make run` holds this home and its database answers."""
    known = read_json(home.run / "ports.json")
    return bool(known) and holder(home).get("purpose") == "run" and greets(known["mariadb"])
