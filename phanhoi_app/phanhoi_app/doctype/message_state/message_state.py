"""One state of a message: written by `messaging/states.py`, shown on the message itself."""

import frappe
from frappe import _
from frappe.model.document import Document


class MessageState(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )
