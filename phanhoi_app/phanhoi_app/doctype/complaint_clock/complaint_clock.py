"""One cycle of one clock of a complaint: written by `sla/clocks.py` from the complaint's events, never by hand."""

import frappe
from frappe import _
from frappe.model.document import Document


class ComplaintClock(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Clocks follow what happens to a complaint: they are not changed."), frappe.PermissionError
        )


def on_doctype_update():
    frappe.db.add_unique("Complaint Clock", ["complaint", "clock", "cycle"], "complaint_clock_cycle")
    # The sweep asks for what is due, whatever else is open; lists ask for what runs and is late.
    frappe.db.add_index("Complaint Clock", ["next_event_on"], "next_event")
    frappe.db.add_index("Complaint Clock", ["state", "clock", "due_on"], "state_clock_due")
    # Reports ask for the answers of a time, and by when they were due.
    frappe.db.add_index(
        "Complaint Clock",
        ["clock", "stopped_on", "state", "complaint", "began", "due_on", "original_due_on"],
        "clock_stopped",
    )
