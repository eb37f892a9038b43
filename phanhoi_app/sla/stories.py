"""What happened to complaints as far as their deadlines depend on it, read from their events."""

import json
from collections import defaultdict

import frappe
from frappe.utils import get_datetime

from phanhoi_app.rules.replay import CORRECT, PAUSE, RESTART, RESUME, START, TAKE_OVER, Step, Subject

RUNNING, PAUSED, STOPPED = "Running", "Paused", "Stopped"
REORGANISED = "reorganised"  # the kind of event by which an agency takes over from one that is no more
# Events that change none of these tell nothing about a deadline. The first event tells of the receipt.
TOLD_BY = ("agency", "field", "severity", "clock_state")
_LATER = """select complaint, kind, at, changes from `tabComplaint Event`
    where complaint in %s and sequence > 1 and changes regexp %s order by complaint, sequence"""


def read(complaints: list, lock: bool = False) -> dict[str, list[Step]]:
    """{complaint: its steps} for rows with name, received_at, agency, field, severity as they are now.

    With `lock` the events are read as they stand, not as they stood when the transaction began: for a caller who
    holds the complaints' rows and goes on to write.
    """
    if not complaints:
        return {}
    events = defaultdict(list)
    values = ([row.name for row in complaints], f'"({"|".join(TOLD_BY)})":')
    statement = _LATER + (" lock in share mode" if lock else "")
    for name, kind, at, changes in frappe.db.sql(statement, values):
        events[name].append((kind, at, json.loads(changes)))
    return {row.name: steps(row, events.get(row.name, ())) for row in complaints}


def steps(complaint, events) -> list[Step]:
    """The steps of one complaint; `events`: [(kind, at, changes)] in order, without the first.

    What it was at the receipt is found by going back from what it is now.
    """
    received = get_datetime(complaint.received_at)
    subject = Subject(*(_first(complaint, events, name) for name in Subject._fields))
    told, state = [Step(START, received, subject, subject)], RUNNING
    for event, at, changes in events:
        before = subject
        subject = Subject(*(_to(changes, name, getattr(before, name)) for name in Subject._fields))
        new_state = _to(changes, "clock_state", state)
        if kind := _kind(event, state, new_state, changes):
            told.append(Step(kind, at, before, subject))
        state = new_state
    return told


def _kind(event: str, state: str | None, new_state: str | None, changes: dict) -> str | None:
    if event == REORGANISED:
        return TAKE_OVER if "agency" in changes else None
    if state == new_state:
        # As the clock does it: a correction counts while the clock runs, and not by the way of a change of phase.
        corrected = ("field" in changes or "severity" in changes) and "phase" not in changes
        return CORRECT if corrected and state == RUNNING else None
    if state == STOPPED and _former(changes, "phase") != "merged":
        return RESTART
    if state == PAUSED:
        return RESUME
    return PAUSE if new_state == PAUSED else None


def _first(complaint, events, name: str):
    for _kind_of, _at, changes in events:
        if isinstance(changes.get(name), list):
            return changes[name][0]
    return complaint.get(name)


def _former(changes: dict, name: str):
    change = changes.get(name)
    return change[0] if isinstance(change, list) else None


def _to(changes: dict, name: str, present):
    change = changes.get(name)
    return change[1] if isinstance(change, list) else present
