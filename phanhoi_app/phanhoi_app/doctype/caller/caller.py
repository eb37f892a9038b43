"""Number and recording of a call: written by `hotline/calls.py`, opened by `hotline/desk.py` alone."""

import frappe
from frappe import _
from frappe.model.document import Document


class Caller(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(_("A caller's number is not changed by hand."), frappe.PermissionError)
