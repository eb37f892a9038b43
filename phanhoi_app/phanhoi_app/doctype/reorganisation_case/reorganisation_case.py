"""An open complaint of a divided unit that nothing tells where to go, or whose clock is to follow: see `agencies`."""

import frappe
from frappe.model.document import Document


class ReorganisationCase(Document):
    pass


def on_doctype_update():
    frappe.db.add_unique("Reorganisation Case", ["reorganisation", "complaint"], "reorganisation_complaint")
