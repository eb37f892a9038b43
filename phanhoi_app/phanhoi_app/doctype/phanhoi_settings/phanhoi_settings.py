import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint


class PhanhoiSettings(Document):
    def validate(self):
        if not 0 <= cint(self.digest_hour) <= 23:
            frappe.throw(_("“{0}”: choose an hour from 0 to 23.").format(_("Hour of Sending")))
