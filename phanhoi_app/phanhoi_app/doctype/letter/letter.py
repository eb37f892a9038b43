"""What a message says, and to which address: written by `messaging/outbox.py`, read to be sent."""

import frappe
from frappe import _
from frappe.model.document import Document


class Letter(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )


def on_doctype_update():
    # What a person got lately, so that nobody is flooded.
    frappe.db.add_index("Letter", ["recipient", "creation"], "recipient_creation")
