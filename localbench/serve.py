"""Serving a home: the Procfile of its processes, the honcho that runs them, and the wait until people can come in."""

import contextlib
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from localbench import processes, services, sites
from localbench.errors import BenchError
from localbench.places import APP, CHECKOUT, Home, write_atomically
from localbench.services import Ports

LOCALBENCH = CHECKOUT / "localbench"
READY_WITHIN = 120  # seconds


def socketio_script(home: Home) -> Path:
    """The checkout's own realtime server if it has one, else ours."""
    own = home.bench.frappe / "socketio.js"
    return own if home.bench.frappe_checkout and own.exists() else LOCALBENCH / "realtime" / "server.mjs"


def procfile(home: Home, ports: Ports, with_data: bool, with_scheduler: bool) -> str:
    """The processes of a home, as lines of a Procfile; each runs in the home's sites folder."""
    python = home.bench.env_python
    after = (
        f"exec {python} {LOCALBENCH / 'after.py'} {ports.mariadb} {ports.redis_cache} {ports.redis_queue} --"
    )
    helper = f"{after} {python} -m frappe.utils.bench_helper frappe"
    lines = {}
    if with_data:
        lines |= {name: f"exec {' '.join(command)}" for name, command in services.commands(home).items()}
    lines["web"] = (
        f"{after} {home.bench.env / 'bin' / 'gunicorn'} --config {LOCALBENCH / 'gunicorn_conf.py'} "
        f"--pythonpath {CHECKOUT} localbench.wsgi:application"
    )
    lines["socketio"] = f"{after} node {socketio_script(home)}"
    lines["front"] = f"exec node {LOCALBENCH / 'realtime' / 'front.mjs'}"
    lines["worker_short"] = f"{helper} worker --queue short,default"
    lines["worker_long"] = f"{helper} worker --queue long,default,short"
    if with_scheduler:
        lines["schedule"] = f"{helper} schedule"
    return "".join(f"{name}: {command}\n" for name, command in lines.items())


def environment(home: Home, ports: Ports) -> dict[str, str]:
    """What the processes of the Procfile read from their environment."""
    queue = f"redis://127.0.0.1:{ports.redis_queue}"
    return sites.environment(
        home,
        PYTHONDONTWRITEBYTECODE="1",
        PYTHONPATH=str(CHECKOUT),
        LOCALBENCH_SITE=home.site,
        LOCALBENCH_WEB_PORT=str(ports.web),
        LOCALBENCH_GUNICORN_PORT=str(ports.gunicorn),
        LOCALBENCH_SOCKETIO_PORT=str(ports.socketio),
        LOCALBENCH_NODE_MODULES=str(home.bench.node_modules),
        FRAPPE_REDIS_CACHE=f"redis://127.0.0.1:{ports.redis_cache}",
        FRAPPE_REDIS_QUEUE=queue,
        FRAPPE_SOCKETIO_PORT=str(ports.socketio),
        FRAPPE_SITE=home.site,
        **{processes.MARK: str(home.path)},
    )


def answers(port: int) -> bool:
    """Whether the site answers through its front door."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/method/ping", timeout=10) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError, ValueError):
        return False


def what_stopped(home: Home) -> BenchError:
    """The reason why honcho ended by itself, in a sentence."""
    log = home.logs / "honcho.log"
    name = next((line.split("|", 1)[1].split()[0] for line in _stopped_lines(log)), None)
    if name is None:
        return BenchError("The site's processes ended.", log)
    own = home.logs / f"{name}.log"
    sentence = processes.explain(f"The site's process `{name}` stopped by itself", services.last_error(own))
    return BenchError(sentence, own)


def _stopped_lines(log: Path) -> list[str]:
    text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    return [line for line in text.splitlines() if "|" in line and " stopped (rc=" in line]


@contextlib.contextmanager
def stack(
    home: Home, ports: Ports, with_data: bool = True, with_scheduler: bool = True
) -> Iterator[subprocess.Popen]:
    """The home's processes, answering, for the length of a ``with`` block; the caller holds the home."""
    sites.serve_as(home, ports.web)
    write_atomically(home.config / "Procfile", procfile(home, ports, with_data, with_scheduler))
    begun = time.monotonic()
    process = processes.start(
        [home.bench.env_python, "-m", "localbench.stack", home.path],
        home.logs / "stack.log",
        environment(home, ports),
        cwd=CHECKOUT,
    )
    try:
        while not answers(ports.web):
            if process.poll() is not None:
                raise what_stopped(home)
            if time.monotonic() - begun > READY_WITHIN:
                raise BenchError(
                    f"The site does not answer within {READY_WITHIN} seconds.", home.logs / "web.log"
                )
            time.sleep(0.1)
        yield process
    finally:
        processes.stop(process, 60)
        processes.sweep(home.path)


def demo_accounts() -> list[tuple[str, str]]:
    """(address, who this is) for each person of the demo data that is meant to be shown."""
    path = CHECKOUT / APP / "demo" / "people.json"
    try:
        people = json.loads(path.read_text(encoding="utf-8"))
        return [
            (person["email"], f"{person['full_name']}, {person.get('title') or person['role']}")
            for person in people
            if person.get("listed", True)
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []  # the accounts are a help, not a condition for serving


def banner(home: Home, ports: Ports) -> str:
    """What a person needs to know to come in."""
    lines = [
        "",
        f"  Portal            http://127.0.0.1:{ports.web}",
        f"  Desk              http://127.0.0.1:{ports.web}/app",
        f"  Administrator     password {home.bench.secret('administrator')}",
    ]
    if (home.path / "site-state" / "demo.json").exists() and (people := demo_accounts()):
        lines += ["", f"  Demo accounts (password of each: {home.bench.secret('demo')})"]
        width = max(len(email) for email, _ in people)
        lines += [f"    {email:<{width}}  {who}" for email, who in people]
    lines += ["", f"  Logs              {os.path.relpath(home.logs)}", "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def serve(home: Home, port: int, say=print) -> None:
    """Serve the home in the foreground until Ctrl-C (KeyboardInterrupt) or until one of its processes fails."""
    with services.owning(home, "run"):
        ports = Ports.choose(port)
        services.configure(home, ports)
        with stack(home, ports) as process:
            say(banner(home, ports))
            process.wait()
        raise what_stopped(home)


def end_as_by_ctrl_c() -> None:
    """Make every usual signal to end do what Ctrl-C does, so that nothing is left running.

    A shell script that starts us in the background has SIGINT ignored; a `nohup` has SIGHUP ignored, and means it.
    """

    def interrupt(signum, frame):
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, interrupt)
    if "MAKELEVEL" in os.environ:  # a `make` that is killed outright must not leave us working on
        processes.die_with_parent()()
