"""A photo of a conversation: written by `intake/chat_store.py`, and gone when the complaint has it."""

import frappe
from frappe import _
from frappe.model.document import Document


class ConversationPhoto(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )
