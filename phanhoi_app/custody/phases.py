"""Phases: what the code goes by. A workflow state is a label, its phase is the meaning."""

import frappe

from phanhoi_app.rules.phases import ALL, ANSWERED, ENDED, OPEN

__all__ = ["ALL", "ANSWERED", "ENDED", "OPEN", "phase_of", "state_for"]


def phase_of(state: str | None) -> str | None:
    """The phase of a workflow state, or None when the state is unknown."""
    return frappe.get_cached_value("Workflow State", state, "phase") if state else None


def state_for(phase: str) -> str:
    """The first state of the active workflow that has this phase.

    Raises frappe.ValidationError when an administrator has left the phase out of the workflow.
    """
    from frappe.model.workflow import get_workflow

    for row in get_workflow("Complaint").states:
        if phase_of(row.state) == phase:
            return row.state
    frappe.throw(
        frappe._("The active workflow has no state with the phase “{0}”. Add one to the workflow.").format(
            phase
        )
    )
