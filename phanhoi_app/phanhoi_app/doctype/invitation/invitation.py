"""A one-time link by which a new member sets a password; only its key's hash is kept (`agencies/invitations.py`)."""

import frappe
from frappe import _
from frappe.model.document import Document


class Invitation(Document):
    def validate(self):
        frappe.throw(
            _("Invitations are sent from the page “Personnel”, not written by hand."), frappe.PermissionError
        )

    def on_trash(self):
        frappe.throw(_("Invitations are kept: they show who let whom in."), frappe.PermissionError)
