"""An import of complaints from a file, started and watched in the desk; `intake/importer` does the work."""

import frappe
from frappe import _
from frappe.model.document import Document

from phanhoi_app.intake.importer import job

# Written by the job alone; what a form or a REST call says of them is not taken.
BY_JOB_ONLY = (
    "status",
    "started_on",
    "finished_on",
    "progress_on",
    "stop_requested",
    "total_rows",
    "accepted_rows",
    "known_rows",
    "rejected_rows",
    "rows_per_second",
    "outcome",
    "rejects_file",
)


class ComplaintImport(Document):
    def validate(self):
        before = self.get_doc_before_save()
        for field in BY_JOB_ONLY:
            self.set(field, before.get(field) if before else None)
        self.status = self.status or "Draft"
        if before and job.is_busy(before):
            for field in ("csv_file", "map_file"):
                if self.get(field) != before.get(field):
                    frappe.throw(_("The import is running: stop it before you change its files."))

    def on_trash(self):
        if job.is_busy(self):
            frappe.throw(_("The import is running: stop it before you delete it."))


@frappe.whitelist(methods=["POST"])
def start(name: str) -> None:
    """Have a worker run the import, from the beginning or from where it stopped.

    Raises frappe.PermissionError, and ImportRefused when file or map cannot be used.
    """
    doc = frappe.get_doc("Complaint Import", name, for_update=True)
    doc.check_permission("write")
    frappe.has_permission("Complaint", "create", throw=True)
    job.start(doc)


@frappe.whitelist(methods=["POST"])
def stop(name: str) -> None:
    """Ask a running import to stop after the rows that were begun."""
    doc = frappe.get_doc("Complaint Import", name)
    doc.check_permission("write")
    job.stop(doc)
