"""A message of the outbox: written by `messaging/outbox.py`, sent by `messaging/delivery.py`."""

import frappe
from frappe import _
from frappe.model.document import Document


class Message(Document):
    def validate(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )

    def on_trash(self):
        frappe.throw(_("Messages are kept: they show what was said to whom."), frappe.PermissionError)


def on_doctype_update():
    frappe.db.add_index("Message", ["status", "next_attempt_on"], "status_next_attempt")
