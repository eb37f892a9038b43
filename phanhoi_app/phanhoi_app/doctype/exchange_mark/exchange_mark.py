"""Up to which event a complaint was sent to another portal, and what was taken from there. Nobody reads it."""

import frappe
from frappe import _
from frappe.model.document import Document


class ExchangeMark(Document):
    def validate(self):
        frappe.throw(
            _("This is written by the system and cannot be changed by hand."), frappe.PermissionError
        )
