"""What changed among an agency's members, and who did it (its owner). Written by `agencies/accounts.py` alone."""

import frappe
from frappe import _
from frappe.model.document import Document


class MemberChange(Document):
    def validate(self):
        frappe.throw(
            _("Changes of members are written by the system and cannot be changed by hand."),
            frappe.PermissionError,
        )

    def on_trash(self):
        frappe.throw(_("Changes of members are kept: they show who let whom in."), frappe.PermissionError)
