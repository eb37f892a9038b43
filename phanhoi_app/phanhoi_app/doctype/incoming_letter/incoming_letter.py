"""A letter that came on paper or over the counter: a line in the book, and the complaint that was made of it.

What the letter says and who sent it goes to the complaint through intake, as by every other channel; nothing of it
stays here but a mask.
"""

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.intake import letters


class IncomingLetter(Document):
    def before_insert(self):
        letters.register(self)

    def after_insert(self):
        letters.drop_uploads(self)

    def validate(self):
        if not self.is_new():
            frappe.throw(
                _("A line of the book is not changed: correct the complaint {0} instead.").format(
                    self.complaint
                ),
                frappe.PermissionError,
            )

    def on_trash(self):
        frappe.throw(_("A line of the book is not deleted."), frappe.PermissionError)

    def onload(self):
        self.set_onload("receipt_refused", letters.receipt_refused(self))


def on_doctype_update():
    """The same letter is looked for by its number and date."""
    frappe.db.add_index("Incoming Letter", ["letter_number", "letter_date"], "number_date")
