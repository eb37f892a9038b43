"""Keeps the framework's Workflow Actions away from complaints.

Frappe writes a Workflow Action (a to-do per role) at every change of state, and asks the permission of every
user with the role while it does: with hundreds of officers that is thousands of queries a save, for a list
that the complaint list already is, and outside of the one criterion of `access/`.
"""

from frappe.workflow.doctype.workflow_action import workflow_action

_framework_handler = workflow_action.process_workflow_actions


def process_workflow_actions(doc, state):
    """The framework's handler for every DocType but ours."""
    if doc.get("doctype") != "Complaint":
        _framework_handler(doc, state)


def install() -> None:
    """Put our handler where hooks look the framework's up. Safe to call again."""
    if workflow_action.process_workflow_actions is not process_workflow_actions:
        workflow_action.process_workflow_actions = process_workflow_actions
