"""Messages through the outbox: how many a second, and what becomes of them when everything around it breaks.

The workers are processes of their own, on Redis servers of their own; the provider is one on loopback.
"""

import contextlib
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import frappe

from localbench import processes, services, sites
from phanhoi_app.channels import client
from phanhoi_app.messaging import outbox, states

HERE = Path(__file__).resolve().parent
KEY = "-:invited:chaos-%"
SETTINGS = {"breaker_seconds": 1, "demo": 0, "message_limits": [], "retry_seconds": 1}
LONGEST = 1800  # seconds until a run is called off


def measure(home, count: int) -> list[dict]:
    """[{name, messages, seconds, per_second}] with two workers."""
    rows = []
    for name, instant in (("Provider that answers at once", True), ("The same over HTTP on loopback", False)):
        found = run(home, count, kill_every=0, failing=0, hanging=0, restarts=0, instant=instant)
        rows.append({"name": name, **found})
    return rows


def chaos(home, count: int, **options) -> list[dict]:
    """One row of what `run` found while workers were killed every two seconds and Redis restarted twice."""
    return [
        {
            "name": "Chaos",
            **run(home, count, kill_every=2, failing=1 / 3, hanging=1 / 20, restarts=2, **options),
        }
    ]


def lines(found: dict) -> list[str]:
    """The results as text."""
    written = []
    if found.get("outbox"):
        written += ["", f"{'Outbox, two workers':<38}{'messages':>10}{'seconds':>10}{'a second':>10}"]
        for row in found["outbox"]:
            written.append(
                f"{row['name']:<38}{row['messages']:>10}{row['seconds']:>10}{row['per_second']:>10}"
            )
    for row in found.get("chaos", ()):
        written += ["", f"Chaos: {row['messages']} messages in {row['seconds']} s"]
        written += [
            f"    {key}: {value}" for key, value in row.items() if key not in ("name", "messages", "seconds")
        ]
    return written


def run(
    home,
    count: int,
    *,
    kill_every: float,
    failing: float,
    hanging: float,
    restarts: int,
    instant=False,
    retry=1,
) -> dict:
    """Queue `count` messages, send them all, and look at each: what the database and the provider say of it.

    {messages, seconds, per_second, delivered, gave_up, without_reason, lost, marked, twice, twice_unmarked, killed,
    restarts}: numbers of messages; `lost` neither arrived nor were given up.
    """
    with contextlib.ExitStack() as stack:
        gateway = stack.enter_context(_gateway(failing, hanging))
        redis = stack.enter_context(_redis(home))
        stack.enter_context(_site_set(gateway, retry))
        _queue(count)
        begun = time.monotonic()
        with _workers(home, redis, kill_every, instant) as workers:
            restarted = _until_done(count, redis, restarts)
            seconds = time.monotonic() - begun
            workers.send_signal(signal.SIGTERM)
            killed = int(workers.communicate(timeout=30)[0].split()[-1])
        found = _look(gateway, {} if instant else None)
        return {
            "messages": count,
            "seconds": round(seconds, 1),
            "per_second": round(count / seconds),
            **found,
            "killed": killed,
            "restarts": restarted,
        }


class _Redis:
    """Two servers of our own, which may be stopped and started."""

    def __init__(self, home):
        self.folder = home.data / "chaos-redis"
        self.folder.mkdir(exist_ok=True)
        self.program = services.find_program("redis-server")
        self.ports = processes.free_ports(2)
        self.started: list = []

    def start(self) -> None:
        for port in self.ports:
            options = (
                "--port",
                port,
                "--bind",
                "127.0.0.1",
                "--dir",
                self.folder,
                "--dbfilename",
                f"{port}.rdb",
            )
            self.started.append(
                subprocess.Popen(  # noqa: S603 - our own
                    [self.program, *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            )
        for process, port in zip(self.started, self.ports, strict=True):
            if not processes.wait_for_port(port, process):
                raise RuntimeError("Redis does not start")

    def stop(self) -> None:
        for process in self.started:
            process.kill()
            process.wait()
        self.started = []


@contextlib.contextmanager
def _redis(home) -> Iterator[_Redis]:
    redis = _Redis(home)
    redis.start()
    try:
        yield redis
    finally:
        redis.stop()


@contextlib.contextmanager
def _gateway(failing: float, hanging: float) -> Iterator[str]:
    (port,) = processes.free_ports(1)
    command = [sys.executable, HERE / "fake_gateway.py", port, failing, hanging, 1.0]
    process = subprocess.Popen([str(part) for part in command])  # noqa: S603 - our own
    try:
        if not processes.wait_for_port(port, process):
            raise RuntimeError("the provider does not start")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.kill()
        process.wait()


@contextlib.contextmanager
def _workers(home, redis: _Redis, kill_every: float, instant: bool) -> Iterator[subprocess.Popen]:
    cache, queue = (f"redis://127.0.0.1:{port}" for port in redis.ports)
    command = [
        *(sys.executable, HERE / "outbox_workers.py", home.site, home.sites),
        *(2, kill_every, 0.4, int(instant)),
    ]
    process = subprocess.Popen(  # noqa: S603 - our own
        [str(part) for part in command],
        env=sites.environment(
            home,
            FRAPPE_REDIS_CACHE=cache,
            FRAPPE_REDIS_QUEUE=queue,
            PYTHONPATH=str(HERE.parent),
            **{processes.MARK: str(home.path)},
        ),
        stdout=subprocess.PIPE,
        stderr=(home.logs / "outbox_workers.log").open("w"),
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        process.kill()
        process.wait()


@contextlib.contextmanager
def _site_set(gateway: str, retry: int) -> Iterator[None]:
    """The account and the settings of a run; what others left in the outbox waits meanwhile."""
    settings = frappe.get_single("Phanhoi Settings")
    before = {field: settings.get(field) for field in SETTINGS}
    before["message_limits"] = [
        {field: row.get(field) for field in ("channel", "per_minute", "per_person", "quiet")}
        for row in settings.message_limits
    ]
    usual, client.trial = client.trial, lambda: True
    settings.update(SETTINGS | {"retry_seconds": retry})
    settings.save()
    others = frappe.get_all("Channel Account", {"channel": "SMS", "enabled": 1}, pluck="name")
    for name in others:
        frappe.db.set_value("Channel Account", name, "enabled", 0)
    account = frappe.get_doc(
        {
            "doctype": "Channel Account",
            "title": "Chaos",
            "provider": "SMS gateway",
            "channel": "SMS",
            "gateway_url": gateway,
            "gateway_secret": "secret",
        }
    ).insert()
    frappe.db.sql("update `tabMessage` set status = 'Held' where status = 'Queued'")
    frappe.db.commit()
    try:
        yield
    finally:
        client.trial = usual
        frappe.db.rollback()
        clear()
        frappe.db.sql("update `tabMessage` set status = 'Queued' where status = 'Held'")
        frappe.delete_doc("Channel Account", account.name, force=True)
        frappe.db.delete("Channel Health", {"name": account.name})
        for name in others:
            frappe.db.set_value("Channel Account", name, "enabled", 1)
        settings = frappe.get_single("Phanhoi Settings")
        settings.update(before)
        settings.save()
        frappe.db.commit()
        frappe.clear_cache()


def clear() -> None:
    """Take away what a run has queued."""
    frappe.db.sql(
        """delete state from `tabMessage State` state join `tabMessage` message on message.name = state.message
        where message.dedupe_key like %s""",
        KEY,
    )
    frappe.db.sql(
        """delete letter from `tabLetter` letter join `tabMessage` message on message.name = letter.name
        where message.dedupe_key like %s""",
        KEY,
    )
    frappe.db.sql("delete from `tabMessage` where dedupe_key like %s", KEY)


def _queue(count: int) -> None:
    values = {"portal": "Phản hồi", "note": "an@example.com", "link": "https://x.example/y", "due_on": "mai"}
    for number in range(count):
        letter = {
            "audience": "Officer",
            "channel": "SMS",
            "recipient": f"09{number:08}",
            "values": values,
        }
        outbox.queue(None, "invited", f"chaos-{number}", [letter])
        if number % 500 == 499:
            frappe.db.commit()
    frappe.db.after_commit.reset()
    frappe.db.commit()


def _until_done(count: int, redis: _Redis, restarts: int) -> int:
    """Wait until no message is on its way; restart Redis at even steps meanwhile."""
    restarted, begun = 0, time.monotonic()
    while left := _left():
        if restarted < restarts and left < count * (1 - (restarted + 1) / (restarts + 1)):
            redis.stop()
            time.sleep(0.5)
            redis.start()
            restarted += 1
        if time.monotonic() - begun > LONGEST:
            raise RuntimeError(f"{left} messages are still on their way")
        time.sleep(0.2)
    return restarted


def _left() -> int:
    frappe.db.commit()  # what the workers wrote is seen from the next transaction on
    return frappe.db.sql(
        "select count(*) from `tabMessage` where dedupe_key like %s and status in ('Queued', 'Sending')", KEY
    )[0][0]


def _look(gateway: str, taken: dict | None) -> dict:
    """Compare what the database says with what the provider took, whose word comes late, twice and out of order."""
    if taken is None:
        with urllib.request.urlopen(gateway, timeout=30) as answer:  # noqa: S310 - our own
            taken = json.load(answer)
        accounts = frappe.get_all("Channel Account", {"gateway_url": gateway}, pluck="name")
        for name in taken:
            for status in ("Delivered", "Sent", "Delivered"):
                states.heard(accounts[0], f"P-{name}", status, "", None)
        frappe.db.commit()
    rows = frappe.db.sql(
        "select name, status, status_note, perhaps_twice from `tabMessage` where dedupe_key like %s",
        KEY,
        as_dict=True,
    )
    count = lambda wanted: sum(1 for row in rows if wanted(row))  # noqa: E731
    twice = {name for name, times in taken.items() if times > 1}
    return {
        "delivered": count(lambda row: row.status in ("Sent", "Delivered")),
        "gave_up": count(lambda row: row.status == "Gave up"),
        "without_reason": count(lambda row: row.status == "Gave up" and not row.status_note),
        "lost": count(lambda row: row.status not in ("Sent", "Delivered", "Gave up"))
        + count(lambda row: taken and row.status in ("Sent", "Delivered") and row.name not in taken),
        "marked": count(lambda row: row.perhaps_twice),
        "twice": len(twice),
        "twice_unmarked": count(lambda row: row.name in twice and not row.perhaps_twice),
    }
