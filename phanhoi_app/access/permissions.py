"""What Frappe asks us: conditions for lists, and yes or no for one document.

A list and a document are asked the same criterion, so neither can show what the other hides.
"""

import frappe
from frappe.query_builder import DocType

from phanhoi_app.access import scope

# DocTypes whose rows belong to a complaint, by the column that names it.
FOLLOWERS = {"Complaint Event": "complaint", "Message": "complaint"}


def complaint_conditions(user: str | None = None) -> str:
    """SQL for the list of complaints (hook: permission_query_conditions)."""
    criterion = scope.complaint_criterion(user or frappe.session.user)
    return "" if criterion is None else _in_parentheses(criterion)


def complaint_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether this complaint is in the user's scope (hook: has_permission)."""
    if doc.is_new():
        return True  # the role decides on creating
    return scope.may_see(doc.name, user or frappe.session.user)


def event_conditions(user: str | None = None) -> str:
    """SQL for the list of events: those of the complaints the user may see."""
    return _follower_conditions("Complaint Event", user)


def message_conditions(user: str | None = None) -> str:
    """SQL for the list of messages: those of the complaints the user may see."""
    return _follower_conditions("Message", user)


def follower_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the complaint that this row belongs to is in the user's scope."""
    complaint = doc.get(FOLLOWERS[doc.doctype])
    user = user or frappe.session.user
    return scope.may_see(complaint, user) if complaint else scope.reads_all(user)


def _follower_conditions(doctype: str, user: str | None) -> str:
    criterion = scope.complaint_criterion(user or frappe.session.user)
    if criterion is None:
        return ""
    complaint, follower = DocType("Complaint"), DocType(doctype)
    allowed = frappe.qb.from_(complaint).select(complaint.name).where(criterion)
    return _in_parentheses(follower[FOLLOWERS[doctype]].isin(allowed))


def _in_parentheses(criterion) -> str:
    # With the table's name before each column: the framework joins and nests these freely.
    return f"({criterion.get_sql(quote_char='`', with_namespace=True)})"


def may_open_desk() -> bool:
    """Whether the app's tile is offered to the user."""
    return frappe.session.user == "Administrator" or any(
        role.startswith("Phanhoi ") for role in frappe.get_roles()
    )
