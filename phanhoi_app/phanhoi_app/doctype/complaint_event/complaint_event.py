"""An event of a complaint's history: written once by `history/record.py`, never changed, never deleted."""

import frappe
from frappe import _
from frappe.model.document import Document


class ComplaintEvent(Document):
    def before_insert(self):
        self._refuse()

    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def before_rename(self, *args, **kwargs):
        self._refuse()

    def db_set(self, *args, **kwargs):
        self._refuse()

    def _refuse(self):
        frappe.throw(_("The history of a complaint cannot be changed or deleted."), frappe.PermissionError)


def on_doctype_update():
    frappe.db.add_unique("Complaint Event", ["complaint", "sequence"], "complaint_sequence")
