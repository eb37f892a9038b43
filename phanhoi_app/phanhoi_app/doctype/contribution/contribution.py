"""An agency's opinion on a complaint that another holds: asked for, given and withdrawn by the complaint's verbs."""

import frappe
from frappe import _
from frappe.model.document import Document


class Contribution(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Opinions are asked for and given by the actions of the complaint only."),
            frappe.PermissionError,
        )


def on_doctype_update():
    frappe.db.add_index("Contribution", ["complaint", "status"], "complaint_status")
    # For reminders: what is asked for and comes due.
    frappe.db.add_index("Contribution", ["status", "due_on"], "status_due")
