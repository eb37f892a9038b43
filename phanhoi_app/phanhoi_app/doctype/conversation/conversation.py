"""What a person is telling us by chat: written by `intake/chat.py`, read to go on."""

import frappe
from frappe import _
from frappe.model.document import Document


class Conversation(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )
