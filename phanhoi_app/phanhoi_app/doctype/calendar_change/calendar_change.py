"""A calendar that was changed, and how far its due times have followed; `sla/changes.py` writes and carries it out."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from phanhoi_app.sla import changes


class CalendarChange(Document):
    def validate(self):
        if not (self.is_new() and self.flags.by_calendar):
            frappe.throw(
                _("Change the working calendar itself: what follows from it is written here."),
                frappe.PermissionError,
            )
        self.status = "Waiting"
        self.progress_on = now_datetime()

    def on_trash(self):
        frappe.throw(_("Changes of calendars are kept."), frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
def try_again(name: str) -> None:
    """Go on with a change that was broken off. Raises frappe.PermissionError."""
    frappe.has_permission("Working Calendar", "write", throw=True)
    change = frappe.get_doc("Calendar Change", name)
    change.check_permission("read")
    if change.status == "Failed":
        changes.try_again(name)
