"""An event of a complaint's history: written once by `history/record.py`, never changed, never deleted.

Each way in which the framework writes a document is refused here; the database refuses what comes past documents
(`history/triggers.py`).
"""

import frappe
from frappe.model.document import Document

from phanhoi_app.history import record, verify


class ComplaintEvent(Document):
    def before_insert(self):
        self._refuse()

    def validate(self):
        self._refuse()

    def on_trash(self):
        self._refuse()

    def before_rename(self, *args, **kwargs):
        self._refuse()

    # Doors that pass the hooks above: renaming without validation, writing columns directly.
    def rename(self, *args, **kwargs):
        self._refuse()

    _rename = rename

    def db_set(self, *args, **kwargs):
        self._refuse()

    def db_insert(self, *args, **kwargs):
        self._refuse()

    def db_update(self, *args, **kwargs):
        self._refuse()

    def _refuse(self):
        record.refuse()


@frappe.whitelist()
def check(complaint: str) -> dict:
    """Check one complaint's history for its reader: {whole, words: [sentence], locked}.

    `locked` tells whether the database itself guards the events. Raises frappe.PermissionError, DoesNotExistError.
    """
    frappe.get_doc("Complaint", complaint).check_permission("read")
    return verify.one_in_words(complaint)


def on_doctype_update():
    frappe.db.add_unique("Complaint Event", ["complaint", "sequence"], "complaint_sequence")
