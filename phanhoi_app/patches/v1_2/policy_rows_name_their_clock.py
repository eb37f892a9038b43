"""Rows of a deadline policy were all about the answer; now each names its clock; the shipped policy gets more."""

import json

import frappe

from phanhoi_app.install import DEFAULTS

SHIPPED = "Thời hạn chung"
OLD = {
    "clock": "resolve",
    "on_reopen": "Restart",
    "max_extension_unit": "Working days",
    "extension_approver": "Leader",
}


def execute() -> None:
    for column, value in OLD.items():
        frappe.db.sql(
            f"update `tabDeadline Policy Row` set `{column}` = %s where ifnull(`{column}`, '') = ''",  # noqa: S608 - our own
            value,
        )
    _add_shipped_rows()


def _add_shipped_rows() -> None:
    """Give the shipped policy the clocks that it has no row for; an administrator's own rows stay as they are."""
    if not frappe.db.exists("Deadline Policy", SHIPPED):
        return
    document = frappe.get_doc("Deadline Policy", SHIPPED)
    there = {row.clock for row in document.rows}
    shipped = json.loads((DEFAULTS / "deadline_policy.json").read_text(encoding="utf-8"))
    rows = next(policy["rows"] for policy in shipped if policy["policy_name"] == SHIPPED)
    for row in rows:
        if row["clock"] not in there:
            document.append("rows", row)
        for old in document.rows:
            same = all(old.get(name) == row.get(name) for name in ("clock", "amount", "unit", "start_rule"))
            if same and not old.max_extensions and (old.severity or "") == row.get("severity", ""):
                old.update({name: row[name] for name in row if "extension" in name})
    document.save()
