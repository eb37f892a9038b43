"""One exchange of states and answers with another portal; `exchange/` does the work, once."""

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.exchange import files

BY_THE_WORK_ONLY = ("status", "row_count", "made_file", "outcome")


class PortalExchange(Document):
    def validate(self):
        before = self.get_doc_before_save()
        for field in BY_THE_WORK_ONLY:
            self.set(field, before.get(field) if before else None)
        self.status = self.status or "Draft"
        if before and before.status == "Finished":
            frappe.throw(_("This exchange is done: make a new one."))
        files.check(self)

    def on_trash(self):
        frappe.throw(_("An exchange is kept: it says what was sent to whom."), frappe.PermissionError)


@frappe.whitelist(methods=["POST"])
def carry_out(name: str) -> dict:
    """Make the file for the portal, or take the portal's in; {status, outcome, made_file}.

    Raises frappe.PermissionError (403), and ExchangeRefused (422) with what to do.
    """
    doc = frappe.get_doc("Portal Exchange", name, for_update=True)
    doc.check_permission("write")
    return files.carry_out(doc)
