"""An urgent complaint that comes in while the agency that should act is closed is told to those on duty.

Hangs on the document hooks of the complaint. Which fields are urgent is said at the field (or at one above it), what
the operator or the coordinator calls urgent is too; the hours are those of the agency's calendar.
"""

import frappe
from frappe.utils import cint

from phanhoi_app.access import scope
from phanhoi_app.custody import routing
from phanhoi_app.custody.phases import ENDED
from phanhoi_app.history.now import is_retold, now
from phanhoi_app.hotline import shifts
from phanhoi_app.messaging import notices
from phanhoi_app.sla import calendars

EVENT = "out_of_hours"


def complaint_received(complaint, method: str | None = None) -> None:
    """A new complaint (document hook: after_insert)."""
    _tell(complaint, routing.suggested_agency(complaint) or complaint.agency)


def complaint_changed(complaint, method: str | None = None) -> None:
    """A complaint that has come to an agency, or has become urgent (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None or complaint.phase in ENDED:
        return
    if (before.agency, before.field, before.severity) != (
        complaint.agency,
        complaint.field,
        complaint.severity,
    ):
        _tell(complaint, complaint.agency)


def _tell(complaint, agency: str | None) -> None:
    if complaint.flags.imported or is_retold() or not agency or not is_urgent(complaint):
        return
    settings = frappe.get_cached_doc("Hotline Settings")
    if not cint(settings.tell_on_duty) or at_work(agency):
        return
    on_duty = dict.fromkeys(row["user"] for row in shifts.covering(agency))
    users = [user for user in on_duty if scope.may_see(complaint.name, user)]
    # Once for each agency it comes to: whoever has been told by one save is not told again by the next.
    notices.tell_on_duty(complaint, EVENT, agency, users, by_sms=bool(cint(settings.tell_by_sms)))


def at_work(agency: str) -> bool:
    """Whether the agency works at this moment, by its calendar."""
    return calendars.for_agency(agency).is_working(now())


def is_urgent(complaint) -> bool:
    """Whether it is of an urgent field, or called urgent."""
    if complaint.severity == "Urgent":
        return True
    field = complaint.field
    while field:
        row = frappe.get_cached_value("Field", field, ("urgent", "parent_field"), as_dict=True)
        if not row:
            return False
        if cint(row.urgent):
            return True
        field = row.parent_field
    return False
