"""Takes away what `install.py` put outside of the app's own DocTypes."""

import frappe

from phanhoi_app.history import triggers


def before_uninstall() -> None:
    """Remove the workflow, custom fields, sequences and the history's lock. Roles stay: users may still have them."""
    for name in frappe.get_all("Workflow", filters={"document_type": "Complaint"}, pluck="name"):
        frappe.delete_doc("Workflow", name)
    for name in ("Workflow State-phase", "Workflow Action Master-verb"):
        frappe.delete_doc_if_exists("Custom Field", name)
    rows = frappe.db.sql(
        """select table_name from information_schema.tables
        where table_schema = database() and table_type = 'SEQUENCE' and table_name like 'phanhoi\\_complaint\\_%'"""
    )
    for (name,) in rows:
        frappe.db.sql_ddl(f"drop sequence if exists `{name}`")
    triggers.drop()
