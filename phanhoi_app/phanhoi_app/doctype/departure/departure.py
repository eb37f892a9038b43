"""Somebody leaves an agency: what was asked for and how far it is. Written by `agencies/leaving.py` alone."""

import frappe
from frappe import _
from frappe.model.document import Document


class Departure(Document):
    def validate(self):
        frappe.throw(
            _("Departures are written by the system and cannot be changed by hand."), frappe.PermissionError
        )

    def on_trash(self):
        frappe.throw(
            _("Departures are kept: they show to whom complaints were handed over."), frappe.PermissionError
        )
