"""The framework's own workers on the queue "short", killed with SIGKILL as often as told and started anew.

    python outbox_workers.py SITE SITES_PATH COUNT KILL_EVERY TIMEOUT INSTANT

COUNT workers; every KILL_EVERY seconds one of them is killed with all it has forked (0: none). TIMEOUT is how long a
provider is waited for. INSTANT: 1 lets the adapter answer at once, without a provider. A process besides does what the
scheduler does: it puts a job into the queue, every half a second instead of every minute. Prints the number killed.
"""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import frappe

DELIVER = "phanhoi_app.messaging.delivery.deliver"


def main() -> None:
    site, sites_path, count, every, timeout, instant = sys.argv[1:]
    os.chdir(sites_path)
    _prepare(float(timeout), instant == "1")
    workers = [_fork(_work) for _each in range(int(count))]
    beat = _fork(lambda: _beat(site))
    killed, due = 0, time.monotonic() + float(every)
    stopping = []
    signal.signal(signal.SIGTERM, lambda *_signal: stopping.append(1))
    while not stopping:
        time.sleep(0.05)
        for place, pid in enumerate(workers):
            if os.waitpid(pid, os.WNOHANG)[0]:  # Redis was away, and the worker gave up
                workers[place] = _fork(_work)
        if float(every) and time.monotonic() > due:
            place = killed % len(workers)
            _kill(workers[place])
            killed += 1
            workers[place] = _fork(_work)
            due += float(every)
    for pid in (*workers, beat):
        _kill(pid)
    print(killed, flush=True)


def _prepare(timeout: float, instant: bool) -> None:
    """Import here once what each worker would: a fork takes no time."""
    import phanhoi_app.messaging.delivery  # noqa: F401
    from phanhoi_app.channels import client, gateway
    from phanhoi_app.channels.base import Sent

    client.TIMEOUT = (timeout, timeout)
    client.trial = lambda: True
    if instant:
        gateway.Gateway.send = lambda self, account, outgoing: Sent(f"P-{outgoing.key}")


def _fork(do) -> int:
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    status = 1
    try:
        do()
        status = 0
    finally:
        os._exit(status)


def _kill(pid: int) -> None:
    """Kill a process and what it has forked: the one that does a worker's job has a session of its own."""
    forked = Path(f"/proc/{pid}/task/{pid}/children")
    children = forked.read_text().split() if forked.exists() else []
    for each in (pid, *map(int, children)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _work() -> None:
    from frappe.utils.background_jobs import start_worker

    start_worker(queue="short", quiet=True)


def _beat(site: str) -> None:
    from frappe.utils.background_jobs import get_queue

    frappe.init(site)
    while True:
        with contextlib.suppress(Exception):
            if get_queue("short").count < 2:
                frappe.enqueue(DELIVER, queue="short")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
