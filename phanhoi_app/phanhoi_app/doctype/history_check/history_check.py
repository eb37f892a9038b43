"""A check of the whole history, asked for at the desk; `history/check.py` does the work and writes the result."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from phanhoi_app.history import check


class HistoryCheck(Document):
    def validate(self):
        if not self.is_new():
            frappe.throw(
                _("The result of a check cannot be changed: start another one."), frappe.PermissionError
            )
        if running := check.busy():
            frappe.throw(_("Check {0} is running already: wait for its result.").format(running))
        # Written by the job alone; what a form or a REST call says of the result is not taken.
        for df in self.meta.fields:
            if df.fieldtype not in frappe.model.no_value_fields:
                self.set(df.fieldname, None)
        self.status = "Waiting"
        self.progress_on = now_datetime()

    def after_insert(self):
        check.queue(self.name)

    def on_trash(self):
        frappe.throw(_("Checks of the history are kept."), frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
def start() -> str:
    """Have a worker check the whole history; returns the name of the check. Raises frappe.PermissionError."""
    return frappe.new_doc("History Check").insert().name
