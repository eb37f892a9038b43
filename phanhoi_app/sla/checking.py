"""Whether each clock says what the events of its complaint come to, and putting right what does not."""

from collections.abc import Callable
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import format_datetime, get_datetime

from phanhoi_app.rules.errors import RuleError
from phanhoi_app.sla import clocks, policies, steps, told

BATCH = 500
TIMES = ("began", "started_on", "due_on", "original_due_on", "stopped_on", "paused_on", "next_event_on")


class Difference(NamedTuple):
    """A value that is not what the events come to. `clock` and `cycle` are empty for the complaint's own columns;
    `field` is empty where a whole clock is too many or missing, or nothing could be counted: then `found` says why."""

    complaint: str
    clock: str
    cycle: int
    field: str
    found: object
    expected: object


# told(complaints done, all complaints)
Tell = Callable[[int, int], None]


def check(name: str | None = None, tell: Tell = lambda done, total: None) -> list[Difference]:
    """The differences of one complaint, or of all. Reads only. Raises frappe.DoesNotExistError."""
    found: list[Difference] = []
    for names in _batches(name, tell):
        found += differences(names)
    return found


def recount(name: str | None = None, tell: Tell = lambda done, total: None) -> int:
    """Count the clocks of one complaint, or of all, anew; returns how many due times moved. Commits as it goes.

    Each complaint whose due time moves gets an event that says so.
    """
    moved = 0
    for names in _batches(name, tell):
        event = clocks.record.Event(
            "recounted", reason=_("The deadlines were counted anew from the history.")
        )
        moved += len(clocks.recount(names, event))
        frappe.db.commit()
    return moved


def differences(names: list[str]) -> list[Difference]:
    """Those of these complaints."""
    complaints = frappe.get_all(
        "Complaint",
        filters={"name": ("in", names)},
        fields=["name", "received_at", "channel", *clocks.MIRRORED],
        order_by="name",
        limit_page_length=0,
    )
    kept, since = clocks.rows_of(names), _last_change()
    found: list[Difference] = []
    held, ladder = policies.current(), steps.ladder(names)
    for complaint, story in zip(complaints, told.read(complaints), strict=True):
        try:
            counted = clocks.count(story, held, ladder.calendar_of, ladder)
            # Of clocks that were written before the last change of what they stand on, those that are over stay.
            older = {key: row for key, row in kept[complaint.name].items() if row.modified < since}
            counted = clocks.keep_what_is_over(counted, older)
        except RuleError as error:
            found.append(Difference(complaint.name, "", 0, "", error.sentence(_), ""))
            continue
        found += _compare(complaint.name, "", 0, complaint, counted.mirror)
        expected = {(row["clock"], row["cycle"]): row for row in counted.rows}
        for key in sorted(expected.keys() | kept[complaint.name].keys()):
            row, right = kept[complaint.name].get(key), expected.get(key)
            if row and right:
                # Where no step could be given it is looked at later, and the row says why.
                asked = clocks.COUNTED if row.step_error else (*clocks.COUNTED, "next_event_on")
                found += _compare(complaint.name, *key, row, {name: right[name] for name in asked})
            else:
                said = (_("there"), _("missing"))
                found.append(Difference(complaint.name, *key, "", *(said if row else said[::-1])))
    return found


def in_words(difference: Difference) -> str:
    """The difference as a line of text."""
    if not difference.expected:
        return f"{difference.complaint}: {difference.found}"
    where = difference.complaint
    if difference.clock:
        where += f" · {policies.clock_label(difference.clock)} {difference.cycle}"
    if difference.field:
        doctype = clocks.DOCTYPE if difference.clock else "Complaint"
        where += f" · {_(frappe.get_meta(doctype).get_label(difference.field))}"
    return _("{0}: is {1}, should be {2}").format(where, _said(difference.found), _said(difference.expected))


def _compare(complaint: str, clock: str, cycle: int, found, expected: dict) -> list[Difference]:
    return [
        Difference(complaint, clock, cycle, field, found[field], value or "–")
        for field, value in expected.items()
        if _plain(field, found[field]) != _plain(field, value)
    ]


def _last_change():
    """When a policy, a calendar, or who has which of them, was last changed."""
    doctypes = ("Deadline Policy", "Working Calendar", "Agency", "Field")
    times = [frappe.db.get_value(doctype, {}, "modified", order_by="modified desc") for doctype in doctypes]
    times += frappe.db.sql_list(
        "select value from `tabSingles` where doctype = 'Phanhoi Settings' and field = 'modified'"
    )
    return max(get_datetime(time) for time in times if time)


def _plain(field: str, value):
    if field in TIMES:
        return get_datetime(value) if value else None
    return value or None


def _said(value) -> str:
    if hasattr(value, "year"):
        return format_datetime(value, "HH:mm:ss dd/MM/yyyy")
    return "–" if value in (None, "") else str(value)


def _batches(name: str | None, tell: Tell):
    if name:
        if not frappe.db.exists("Complaint", name):
            raise frappe.DoesNotExistError(_("Complaint {0} does not exist.").format(name))
        yield [name]
        return
    total, done, last = frappe.db.count("Complaint"), 0, ""
    while names := frappe.db.sql_list(
        "select name from `tabComplaint` where name > %s order by name limit %s", (last, BATCH)
    ):
        yield names
        done, last = done + len(names), names[-1]
        tell(done, total)
