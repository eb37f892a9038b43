"""Switch the digests on, and widen the index that they count by."""

import frappe

DEFAULTS = {"digest_daily": 1, "digest_weekly": 1, "digest_hour": 7}


def execute() -> None:
    there = frappe.db.get_singles_dict("Phanhoi Settings")
    for field, value in DEFAULTS.items():
        if field not in there:
            frappe.db.set_single_value("Phanhoi Settings", field, value, update_modified=False)
    frappe.db.sql_ddl(
        """alter table `tabComplaint` drop index if exists `phase_due`,
        add index `phase_due` (`phase`, `due_on`, `agency`, `sealed`, `clock_state`)"""
    )
