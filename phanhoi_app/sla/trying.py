"""Tries a deadline policy: which row holds for a complaint, real or thought of, why, and when it would be due."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import get_datetime, now_datetime

from phanhoi_app.rules import deadlines
from phanhoi_app.rules.errors import RuleError
from phanhoi_app.rules.policy import Facts, Row, choose
from phanhoi_app.sla import calendars, clock_words, policies


def answer(policy: str, clock: str, asked: dict) -> dict:
    """{sentences, due_on, term} of the document's rows for a clock that begins at `asked["at"]`.

    `asked` has field, severity, kind, agency, channel and at, or `complaint`, whose own hold then. The saved rows are
    tried, whether the policy is in force or not; `due_on` and `term` are None when no row fits.
    """
    if asked.get("complaint"):
        complaint = frappe.get_doc("Complaint", asked["complaint"])
        complaint.check_permission("read")
        asked = {name: complaint.get(name) for name in ("field", "severity", "kind", "agency", "channel")}
        asked["at"] = complaint.received_at
    begins = _moment(asked.get("at"))
    agency = asked.get("agency") or None
    facts = Facts(
        field_line=policies.line(asked.get("field")),
        severity=asked.get("severity") or None,
        kind=asked.get("kind") or None,
        agency_type=frappe.get_cached_value("Agency", agency, "agency_type") if agency else None,
        channel=asked.get("channel") or None,
    )
    document = frappe.get_doc("Deadline Policy", policy)
    rows = [
        Row(**policies.as_rule(row, document)) for row in document.rows if (row.clock or "resolve") == clock
    ]
    choice = choose(rows, facts, begins.date())
    said = {"sentences": choice.sentences(_, _label), "due_on": None, "term": None}
    if row := choice.row:
        try:
            said["due_on"] = deadlines.due(
                begins, row.amount, row.unit, row.start_rule, calendars.for_agency(agency)
            )
        except RuleError as error:
            frappe.throw(error.sentence(_))
        said["term"] = clock_words.term(row)
    return said


def _label(name: str, value: str) -> str:
    if name == "field":
        return frappe.get_cached_value("Field", value, "field_name") or value
    return str(_(value))


def _moment(value) -> datetime:
    try:
        return get_datetime(value) if value else now_datetime()
    except (ValueError, TypeError, OverflowError):
        frappe.throw(_("The time cannot be read: choose day and hour."))
