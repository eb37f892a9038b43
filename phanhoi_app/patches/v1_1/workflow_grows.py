"""Give the workflow "Standard" the transitions and conditions that came with this version."""

import frappe

from phanhoi_app.workflows import loader

# (state, action, condition as it shipped before) → as it ships now; one that an administrator has changed stays.
CONDITIONS = {
    ("Waiting for citizen", "Supply information", "not doc.officer"): "not doc.officer and not doc.sealed",
    ("Assigned", "Return", ""): "not doc.sealed",
    ("Processing", "Return", ""): "not doc.sealed",
}


def execute() -> None:
    if frappe.db.exists("Workflow", "Standard"):
        workflow = frappe.get_doc("Workflow", "Standard")
        for row in workflow.transitions:
            row.condition = CONDITIONS.get((row.state, row.action, row.condition or ""), row.condition)
        workflow.save()
    loader.extend("standard", "1.1")
