"""Which row of the deadline policy holds for a complaint: the most specific that fits."""

from datetime import datetime

import frappe
from frappe.utils import getdate

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.working_time import Calendar
from phanhoi_app.sla import calendars

UNITS = {
    "Minutes": deadlines.MINUTE,
    "Hours": deadlines.HOUR,
    "Working hours": deadlines.WORKING_HOUR,
    "Working days": deadlines.WORKING_DAY,
    "Calendar days": deadlines.CALENDAR_DAY,
}
START_RULES = {
    "At once": deadlines.AT_ONCE,
    "Next working moment": deadlines.NEXT_WORKING_MOMENT,
    "Next working day": deadlines.NEXT_WORKING_DAY,
}


def due_on(complaint, start: datetime, calendar=None) -> tuple[datetime | None, str | None]:
    """(moment by which the answer is due, name of the policy); (None, None) when no row fits.

    On the calendar of the complaint's agency, if no other is given.
    """
    row, policy = row_for(complaint, start)
    if not row:
        return None, None
    return count(row, start, calendar or calendars.for_agency(complaint.agency)), policy


def row_for(complaint, start: datetime):
    """(the row that holds for a complaint whose term counts from `start`, name of its policy); (None, None) if none.

    Of the complaint its field and severity are looked at; of the start only its day.
    """
    for policy in _policies(complaint, start):
        if row := choose(policy.rows, complaint):
            return row, policy.name
    return None, None


def count(row, start: datetime, calendar: Calendar) -> datetime:
    """When the term of a policy's row ends on that calendar. Raises CalendarError."""
    return deadlines.due(start, row.amount, UNITS[row.unit], START_RULES[row.start_rule], calendar)


def choose(rows, complaint):
    """The row that fits best: by field (its own before its parent's), then by severity; else None."""
    line = _line(complaint.field)
    best, best_rank = None, None
    for row in rows:
        if row.field and row.field not in line:
            continue
        if row.severity and row.severity != complaint.severity:
            continue
        rank = (len(line) - line.index(row.field) if row.field else 0, 1 if row.severity else 0)
        if best_rank is None or rank > best_rank:
            best, best_rank = row, rank
    return best


def _policies(complaint, start: datetime):
    names = [
        name
        for f in _line(complaint.field)
        if (name := frappe.get_cached_value("Field", f, "deadline_policy"))
    ]
    default = frappe.get_cached_doc("Phanhoi Settings").deadline_policy
    for name in [*names, default]:
        if not name:
            continue
        policy = frappe.get_cached_doc("Deadline Policy", name)
        day = start.date()
        if not policy.enabled or (policy.valid_from and getdate(policy.valid_from) > day):
            continue
        if policy.valid_to and getdate(policy.valid_to) < day:
            continue
        yield policy


def _line(field: str | None) -> list[str]:
    """The field and the fields above it, nearest first."""
    line: list[str] = []
    while field and field not in line:
        line.append(field)
        field = frappe.get_cached_value("Field", field, "parent_field")
    return line
