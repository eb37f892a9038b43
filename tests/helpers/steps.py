"""Steps of reminding of their own for tests, for complaints of a field of their own; all of it is taken away again.

They are in force in a year that is over, so that a sweep of theirs (`history.now.as_of`) finds nothing else to do.
"""

import contextlib

import frappe

from helpers import working_hours, world
from helpers.history import unlocked
from helpers.people import acting
from phanhoi_app.custody import perform
from phanhoi_app.history.now import as_of
from phanhoi_app.sla import sweep

FIELD = "t-reminded"
FIRST, LAST = "2025-01-01", "2026-06-30"
# Five working days for the answer, two for each holder; four hours when it is urgent.
ROWS = [
    {"amount": 5, "unit": "Working days", "start_rule": "Next working day"},
    {"amount": 4, "unit": "Working hours", "start_rule": "Next working moment", "severity": "Urgent"},
    {"clock": "hold", "amount": 2, "unit": "Working days", "start_rule": "At once", "on_transfer": "Restart"},
]


@contextlib.contextmanager
def in_force(*steps: dict):
    """These steps (code, and what is not usual) hold for complaints of `FIELD`, on the calendar of `working_hours`."""
    frappe.flags.in_patch = True  # other complaints on the site have nothing to do with these steps
    _remove()
    with working_hours.in_force(ROWS):
        values = {"field_code": FIELD, "field_name": "Nhắc hạn thử", "default_agency": world.ROADS}
        frappe.get_doc({"doctype": "Field", **values, "needs_approval": 0}).insert()
        for step in steps:
            usual = {"clock": "resolve", "comes": "When due", "field": FIELD, "by_desk": 1, "to_leader": 1}
            dates = {"valid_from": FIRST, "valid_to": LAST}
            frappe.get_doc({"doctype": "Escalation Step", **usual, **dates, **step}).insert()
        frappe.db.commit()
        try:
            yield
        finally:
            frappe.db.rollback()
            _remove()
            frappe.flags.in_patch = False


def held(at, **values):
    """A complaint that came in then and was assigned to the roads' office at once."""
    complaint = working_hours.received(at, **{"field": FIELD, **values})
    with as_of(at), acting(frappe, world.COORDINATOR):
        perform.perform_verb(complaint.name, "assign", {"agency": world.ROADS})
    frappe.db.commit()
    return complaint


def swept(moment) -> int:
    """How many steps a sweep gives at this moment."""
    frappe.local.request_cache.clear()
    with as_of(moment):
        return sweep.run()


def given(complaint) -> list[str]:
    """The steps that the complaint was given, in the order of their coming due."""
    return frappe.get_all(
        "Escalation", filters={"complaint": complaint.name}, pluck="step", order_by="at, step"
    )


def told(user: str) -> list:
    """The messages that the user got about these complaints, oldest first."""
    return frappe.get_all(
        "Message",
        filters={"recipient_user": user, "event": ["in", ["reminded", "reminder_digest", "urged"]]},
        fields=["name", "complaint", "event", "channel", "subject", "text", "creation"],
        order_by="creation, channel",
    )


def _remove() -> None:
    """Past the documents: complaints and what is told of them are never deleted."""
    frappe.set_user("Administrator")
    names = frappe.db.sql_list("select name from `tabComplaint` where field = %s", FIELD)
    messages = frappe.get_all(
        "Message", {"event": ["in", ["reminded", "reminder_digest", "urged"]]}, pluck="name"
    )
    for doctype in ("Message", "Letter"):
        frappe.db.delete(doctype, {"name": ["in", [*messages, ""]]})
    with unlocked(frappe):
        for start in range(0, len(names), 2_000):
            part = names[start : start + 2_000]
            for doctype in ("Complaint Event", "Complaint Clock", "Custody", "Message", "Escalation"):
                frappe.db.sql(f"delete from `tab{doctype}` where complaint in %s", (part,))
            for doctype in ("Complainant", "Complaint"):
                frappe.db.sql(f"delete from `tab{doctype}` where name in %s", (part,))
            frappe.db.commit()
    frappe.db.delete("Escalation Step", {"field": FIELD})
    if frappe.db.exists("Field", FIELD):
        frappe.delete_doc("Field", FIELD, force=True)
    frappe.db.commit()
