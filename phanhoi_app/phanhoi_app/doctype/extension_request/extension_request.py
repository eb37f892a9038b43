"""A request for more time: asked, granted and refused by `sla/extending.py`, never by hand."""

import frappe
from frappe import _
from frappe.model.document import Document


class ExtensionRequest(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("An extension is asked for and decided on the complaint's form only."), frappe.PermissionError
        )
