"""What the sweep for reminders costs: when nothing is due, whatever is open, and when thousands of steps are.

The complaints are those of the part calendar_change. Time is told to the sweep (`history.now.as_of`): the moment at
which at least ten thousand steps of those that ship have come due; all is written as ever, and nothing is sent.
"""

import time
from collections.abc import Callable
from datetime import datetime

import frappe

from benchmarks import calendar_change
from phanhoi_app.history import verify
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import checking, sweep

DUE = 10_000
SWEEPS = 50


def measure(count: int, tell: Callable[[str], None] = print) -> list[dict]:
    """[{name, open_clocks, p50_ms, p95_ms}, {name, open_clocks, steps, events, messages, seconds,
    core_seconds, seconds_for_10000, given_again, wrong}]. `core_seconds`: of this process, without the database's.

    Leaves the complaints to `province.clear`.
    """
    frappe.db.sql_ddl("truncate table `tabEscalation`")
    with calendar_change.deadlines():
        calendar_change.build(count, tell)
        running = frappe.db.count("Complaint Clock", {"state": ["in", ["Running", "Paused"]]})
        nothing = [_timed(sweep.run)[0] * 1000 for _number in range(SWEEPS)]
        nothing.sort()
        moment = _moment()
        tell(f"{count:,} complaints are open; the sweep of {moment} …")
        core = time.process_time()
        with as_of(moment):
            seconds, steps = _timed(sweep.run)
        core = time.process_time() - core
        again = sweep.run()
        names = frappe.get_all("Escalation", pluck="complaint", limit_page_length=200)
        wrong = len(checking.differences(names)) + sum(bool(verify.one(name).broken) for name in names)
    return [
        {
            "name": "Nothing due",
            "open_clocks": running,
            "p50_ms": round(nothing[len(nothing) // 2], 1),
            "p95_ms": round(nothing[int(len(nothing) * 0.95)], 1),
        },
        {
            "name": "Steps due",
            "open_clocks": running,
            "steps": steps,
            "events": frappe.db.count("Complaint Event", {"kind": "reminded"}),
            "messages": frappe.db.count("Message", {"event": ["in", ["reminded", "reminder_digest"]]}),
            "seconds": round(seconds, 1),
            "core_seconds": round(core, 1),
            "seconds_for_10000": round(seconds / steps * 10_000, 1),
            "given_again": again,
            "wrong": wrong,
        },
    ]


def lines(found: list[dict]) -> list[str]:
    """The results as text."""
    nothing, due = found
    return [
        "",
        f"{'Sweep for reminders':<34}{'open clocks':>12}{'p50 ms':>9}{'p95 ms':>9}",
        f"{nothing['name']:<34}{nothing['open_clocks']:>12}{nothing['p50_ms']:>9}{nothing['p95_ms']:>9}",
        f"{'':<34}{'steps':>12}{'events':>9}{'messages':>10}{'seconds':>9}"
        f"{'of Python':>11}{'for 10,000':>12}{'wrong':>7}",
        f"{due['name']:<34}{due['steps']:>12}{due['events']:>9}{due['messages']:>10}{due['seconds']:>9}"
        f"{due['core_seconds']:>11}{due['seconds_for_10000']:>12}{due['wrong']:>7}",
    ]


def _moment() -> datetime:
    """When ten thousand steps have come due."""
    found = frappe.db.sql(
        """select next_event_on from `tabComplaint Clock` where next_event_on is not null
        order by next_event_on limit %s, 1""",
        DUE - 1,
    )
    return found[0][0]


def _timed(work: Callable[[], int]) -> tuple[float, int]:
    begun = time.monotonic()
    result = work()
    return time.monotonic() - begun, result
