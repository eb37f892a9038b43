"""A list of people that somebody uploaded: its rows, the plan that was shown, and what came of it.

Written by `agencies/roster.py` alone; forgotten after a month, for it holds people's numbers.
"""

import frappe
from frappe import _
from frappe.model.document import Document


class Roster(Document):
    def validate(self):
        frappe.throw(
            _("Lists of people are uploaded on the page “Personnel”, not written by hand."),
            frappe.PermissionError,
        )
