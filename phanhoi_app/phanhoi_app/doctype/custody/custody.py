"""A part that somebody has, or had, in a complaint: written by `custody/parties.py`, never by hand."""

import frappe
from frappe import _
from frappe.model.document import Document


class Custody(Document):
    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def _refuse(self):
        frappe.throw(_("Who holds a complaint changes by its actions only."), frappe.PermissionError)


def on_doctype_update():
    # What a person sees begins at the parties: with the complaint in the index, the list asks nothing else.
    frappe.db.add_index("Custody", ["party", "complaint", "until"], "party_complaint")
    # And where a list goes through the complaints, each is asked whether one of the parties has a part in it.
    frappe.db.add_index("Custody", ["complaint", "party", "until"], "complaint_party")
    frappe.db.add_index("Custody", ["complaint", "part", "until"], "complaint_part")
