"""Finds the transition of the active workflow that an action asks for, and makes it."""

import frappe
from frappe import _
from frappe.model.workflow import get_workflow, has_approval_access, is_transition_condition_satisfied
from frappe.utils import format_datetime

from phanhoi_app.custody import workflow_extras
from phanhoi_app.custody.errors import Conflict, NotAllowed
from phanhoi_app.history import read


def verb_of(action: str) -> str | None:
    """The verb code of a workflow action, or None for an action that an administrator added without one."""
    return frappe.get_cached_value("Workflow Action Master", action, "verb")


def available(complaint, roles: set[str]) -> list:
    """Transitions out of the complaint's state that one of the roles may make, with their `verb`."""
    rows = []
    for row in get_workflow("Complaint").transitions:
        if row.state == complaint.workflow_state and row.allowed in roles and _holds(row, complaint):
            rows.append(row)
    return rows


def find(complaint, wanted, roles: set[str]):
    """The transition for which `wanted(row)` is true.

    Raises Conflict when the state has no such transition (any more), NotAllowed when the roles lack it.
    """
    for row in available(complaint, roles):
        if wanted(row) and has_approval_access(frappe.session.user, complaint, row):
            return row
    exists = any(
        row.state == complaint.workflow_state and wanted(row) and _holds(row, complaint)
        for row in get_workflow("Complaint").transitions
    )
    if exists:
        raise NotAllowed(_("Your role does not allow this action on complaint {0}.").format(complaint.name))
    raise conflict(complaint)


def make(complaint, transition) -> None:
    """Set the next state and the field that the workflow's state row asks for, do its tasks. Saves nothing."""
    complaint.workflow_state = transition.next_state
    for row in get_workflow("Complaint").states:
        if row.state == transition.next_state and row.update_field:
            complaint.set(row.update_field, workflow_extras.value_of(row, complaint))
            break
    workflow_extras.run_tasks(transition, complaint)


def refuse_if_changed(complaint, seen_modified) -> None:
    """Raise Conflict when the complaint was changed after the user saw it."""
    if seen_modified and str(seen_modified) != str(complaint.modified):
        raise conflict(complaint)


def conflict(complaint) -> Conflict:
    """What the second of two people gets: the sentence says who did what last."""
    return Conflict(_already(complaint))


def _holds(row, complaint) -> bool:
    return is_transition_condition_satisfied(row, complaint)


def _already(complaint) -> str:
    """A sentence that says who did what last, so that the second of two people understands."""
    last = read.last_event(complaint.name)
    state = _(complaint.workflow_state)
    if not last:
        return _("Complaint {0} is in the state “{1}”; this action is not possible there.").format(
            complaint.name, state
        )
    by_citizen = frappe.get_cached_value("User", last.actor, "user_type") != "System User"
    who = _("The citizen") if by_citizen else frappe.get_cached_value("User", last.actor, "full_name")
    return _(
        "Nothing was done: {0} changed complaint {1} at {2}; it is now in the state “{3}”. "
        "Reload it and look again."
    ).format(who, complaint.name, format_datetime(last.at, "HH:mm dd/MM/yyyy"), state)
