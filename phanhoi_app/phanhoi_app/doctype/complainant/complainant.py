"""Who sent a complaint: written by `access/identity.py`, read through it alone."""

import frappe
from frappe import _
from frappe.model.document import Document


class Complainant(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("A citizen's identity is corrected through the complaint, with a reason."),
            frappe.PermissionError,
        )
