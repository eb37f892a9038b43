"""One process: complaints a second through `intake.receive`, beside the framework's own ToDo in the same run."""

import itertools
import time
from collections import Counter
from contextlib import contextmanager

import frappe

from benchmarks import province
from phanhoi_app.intake.receive import receive

WARM_UP = 20


def measure(seconds: float) -> list[dict]:
    """[{name, per_second, statements, …}] for ToDo and Complaint; the two take turns, so that load hits both."""
    number = itertools.count()

    def todo():
        frappe.get_doc({"doctype": "ToDo", "description": f"Việc số {next(number)}"}).insert()
        frappe.db.commit()

    def complaint():
        receive({**province.COMPLAINT, "address": f"{next(number)} Lê Lai"}, channel="Web")
        frappe.db.commit()

    todos, complaints = _Meter("ToDo", todo, "Administrator"), _Meter("Complaint", complaint, "Guest")
    for meter in (todos, complaints):
        meter.run(count=WARM_UP)
        meter.reset()
    turn = seconds / 6
    for _round in range(3):
        todos.run(seconds=turn)
        complaints.run(seconds=turn)
    for meter in (todos, complaints):
        meter.count_statements()
    frappe.set_user("Administrator")
    return [todos.result(), complaints.result() | {"share_of_todo": complaints.rate() / todos.rate()}]


class _Meter:
    """Runs one thing over and over as a user, and counts."""

    def __init__(self, name: str, do, user: str):
        self._name, self._do, self._user = name, do, user
        self.reset()

    def reset(self) -> None:
        self._done, self._spent, self._statements = 0, 0.0, Counter()

    def run(self, seconds: float = 0, count: int = 0) -> None:
        frappe.set_user(self._user)
        begun = time.perf_counter()
        done = 0
        while done < count or time.perf_counter() - begun < seconds:
            self._do()
            done += 1
        self._done += done
        self._spent += time.perf_counter() - begun

    def count_statements(self) -> None:
        """Count those of one with nothing remembered from the one before, as at the beginning of a request."""
        for _round in range(2):  # the first fills the shared cache
            frappe.init(site=frappe.local.site, sites_path=frappe.local.sites_path, force=True)
            frappe.connect()
            frappe.set_user(self._user)
            with _statements() as seen:
                self._do()
        self._statements = Counter(_kind(query) for query in seen)

    def rate(self) -> float:
        return self._done / self._spent

    def result(self) -> dict:
        return {
            "name": self._name,
            "per_second": round(self.rate(), 1),
            "statements": sum(self._statements.values()),
            "kinds": dict(self._statements.most_common()),
        }


@contextmanager
def _statements():
    """What is sent to the database, without the bounds of the transaction."""
    seen: list[str] = []
    real = frappe.db.sql

    def listening(query, *arguments, **options):
        if str(query).strip().lower() not in (
            "commit",
            "rollback",
            "start transaction",
            "start transaction read only",
        ):
            seen.append(str(query))
        return real(query, *arguments, **options)

    frappe.db.sql = listening
    try:
        yield seen
    finally:
        frappe.db.sql = real


def _kind(query: str) -> str:
    """A statement in short: its verb and its table."""
    words = query.replace("`", " ").split()
    table = next((word for word in words if word.startswith(("tab", "phanhoi_", "__"))), "")
    following = words[words.index(table) + 1] if table in words and table.startswith("tab") else ""
    if table in ("tabComplaint", "tabMessage", "tabPhanhoi") and following in (
        "Event",
        "Template",
        "Settings",
    ):
        table += f" {following}"
    return f"{words[0].lower()} {table}".strip()
