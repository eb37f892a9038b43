"""A message of the outbox: written by `messaging/outbox.py`, sent by `messaging/delivery.py`."""

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.messaging import resending, states


class Message(Document):
    def onload(self):
        """What the form shows besides the fields; the framework has asked the permission to read."""
        self.set_onload("states", states.of(self.name, self.creation))
        self.set_onload("resending", resending.outlook(self))

    def validate(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )

    def on_trash(self):
        frappe.throw(_("Messages are kept: they show what was said to whom."), frappe.PermissionError)


def on_doctype_update():
    frappe.db.add_index("Message", ["status", "channel", "next_attempt_on"], "status_channel_next")
    frappe.db.add_index("Message", ["status", "claimed_by"], "status_claimed_by")
