"""Turns a ready-made workflow (JSON in this folder) into a Frappe Workflow that an administrator may then change."""

import json
from pathlib import Path

import frappe
from frappe import _

FOLDER = Path(__file__).parent
# Every role may open the form in every state: which fields it may change is the controller's to say.
EDITS = "All"


def available() -> list[str]:
    """File names of the workflows that ship, without ending."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def load(name: str, replace: bool = False) -> str:
    """Make the states, actions and the Workflow of `<name>.json`; returns the Workflow's name.

    What exists is left as it is, so that an administrator's changes survive an upgrade; `replace` writes the
    Workflow anew. Raises frappe.ValidationError for a name that is not one of `available()`.
    """
    if name not in available():
        frappe.throw(
            _("There is no ready-made workflow “{0}”. Choose one of: {1}.").format(
                name, ", ".join(available())
            )
        )
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for state in data["states"]:
        _make_state(state)
    for transition in data["transitions"]:
        _make_action(transition)
    exists = frappe.db.exists("Workflow", data["name"])
    if exists and not replace:
        return data["name"]
    workflow = frappe.get_doc("Workflow", data["name"]) if exists else frappe.new_doc("Workflow")
    workflow.update(
        {
            "workflow_name": data["name"],
            "document_type": "Complaint",
            "is_active": 1,
            "send_email_alert": 0,
            "workflow_state_field": "workflow_state",
            "states": [
                {"state": row["state"], "doc_status": "0", "allow_edit": EDITS} for row in data["states"]
            ],
            "transitions": [each for row in data["transitions"] for each in _transitions(row)],
        }
    )
    workflow.save()
    return workflow.name


def extend(name: str, version: str) -> None:
    """Add the transitions that ship since this version to a workflow that was made before (for patches).

    Leaves alone whatever an administrator has made of the rest; states that were taken out stay out.
    """
    data = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    if not frappe.db.exists("Workflow", data["name"]):
        return
    workflow = frappe.get_doc("Workflow", data["name"])
    states = {row.state for row in workflow.states}
    there = {(row.state, row.action, row.next_state, row.allowed) for row in workflow.transitions}
    for row in data["transitions"]:
        if row.get("since") != version or not {row["from"], row["to"]} <= states:
            continue
        _make_action(row)
        for each in _transitions(row):
            if (each["state"], each["action"], each["next_state"], each["allowed"]) not in there:
                workflow.append("transitions", each)
    workflow.save()


def _transitions(row: dict) -> list[dict]:
    """A transition of the JSON as rows of the Workflow, one for each role."""
    return [
        {
            "state": row["from"],
            "action": row["action"],
            "next_state": row["to"],
            "allowed": role,
            "allow_self_approval": 1,
            "condition": row.get("condition"),
        }
        for role in row["roles"]
    ]


def _make_state(row: dict) -> None:
    name = row["state"]
    if not frappe.db.exists("Workflow State", name):
        frappe.get_doc(
            {"doctype": "Workflow State", "workflow_state_name": name, "style": row["style"]}
        ).insert()
    # A state of the same name may be there already, from another app: it only lacks its phase.
    if not frappe.db.get_value("Workflow State", name, "phase"):
        frappe.db.set_value("Workflow State", name, "phase", row["phase"])
        frappe.clear_document_cache("Workflow State", name)


def _make_action(row: dict) -> None:
    name = row["action"]
    if not frappe.db.exists("Workflow Action Master", name):
        frappe.get_doc({"doctype": "Workflow Action Master", "workflow_action_name": name}).insert()
    if not frappe.db.get_value("Workflow Action Master", name, "verb"):
        frappe.db.set_value("Workflow Action Master", name, "verb", row["verb"])
        frappe.clear_document_cache("Workflow Action Master", name)
