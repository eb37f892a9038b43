"""A step that was given: written once by `sla/sweep.py`, explained by `sla/explaining.py`, never by hand."""

import frappe
from frappe import _
from frappe.model.document import Document


class Escalation(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Reminders and escalations follow the steps: they are not written by hand."),
            frappe.PermissionError,
        )


def on_doctype_update():
    # What makes each effect happen once, whoever sweeps how often.
    frappe.db.add_unique("Escalation", ["complaint", "clock", "cycle", "step"], "escalation_key")
    # Those of whom nobody has been told yet are few, whatever has been given.
    frappe.db.add_index("Escalation", ["told", "at"], "told_at")
    frappe.db.add_index("Escalation", ["given_on"], "given_on")
