"""What came in and what is answered: written by `intake/webhook.py` and `intake/inbound.py`."""

import frappe
from frappe import _
from frappe.model.document import Document


class InboundLetter(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(
            _("Messages are written by the system and cannot be changed by hand."), frappe.PermissionError
        )
