"""Messages got quiet hours, which do not hold for what answers somebody at once; and an index a successor."""

import frappe

AT_ONCE = ("received", "invited")


def execute() -> None:
    frappe.db.sql("update `tabMessage Template` set any_hour = 1 where event in %s", (AT_ONCE,))
    # Written before there was a language: everybody was written to in Vietnamese.
    frappe.db.sql("update `tabMessage` set language = 'vi' where language is null or language = ''")
    frappe.db.sql("update `tabComplaint` set language = 'vi' where language is null or language = ''")
    if frappe.db.has_index("tabMessage", "status_next_attempt"):
        frappe.db.sql_ddl("alter table `tabMessage` drop index status_next_attempt")
