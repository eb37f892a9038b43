"""A call to the hotline: written by `hotline/calls.py` as the switchboard tells of it."""

import frappe
from frappe import _
from frappe.model.document import Document


class CallLog(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(_("A call is neither changed nor deleted by hand."), frappe.PermissionError)


def on_doctype_update():
    """The queue looks for calls that wait, again and again."""
    frappe.db.add_index("Call Log", ["state", "started_at"], "state_started")
