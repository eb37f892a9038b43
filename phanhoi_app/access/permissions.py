"""What Frappe asks us: conditions for lists, and yes or no for one document.

A list and a document are asked the same criterion, so neither can show what the other hides.
"""

import frappe
from frappe.permissions import get_role_permissions
from frappe.query_builder import DocType

from phanhoi_app.access import scope

# DocTypes whose rows belong to a complaint: the column that names it, and when a row lies within an ended part.
FOLLOWERS = {
    "Complaint Event": ("complaint", lambda row, custody: row.sequence <= custody.until_sequence),
    "Message": ("complaint", lambda row, custody: row.creation <= custody.until),
    "Custody": ("complaint", lambda row, custody: row.since <= custody.until),
    "Complaint Clock": ("complaint", lambda row, custody: row.began <= custody.until),
    "Extension Request": ("complaint", lambda row, custody: row.asked_on <= custody.until),
    "Escalation": ("complaint", lambda row, custody: row.given_on <= custody.until),
    "Contribution": ("complaint", lambda row, custody: row.creation <= custody.until),
    "Incoming Letter": ("complaint", lambda row, custody: row.creation <= custody.until),
}
COMPLAINT = "Complaint"
# what no role reads
NOBODYS = (
    *("Complainant", "Letter", "Message State", "Exchange Mark"),
    *("Conversation", "Conversation Photo", "Inbound Letter", "Caller"),
)
GUARDED = frozenset({COMPLAINT, *FOLLOWERS, *NOBODYS, "Call Log", "Duty Handover"})
WRITING = frozenset({"write", "submit", "cancel", "amend", "delete"})
SHARING = frozenset({"share"})


def complaint_conditions(user: str | None = None) -> str:
    """SQL for the list of complaints (hook: permission_query_conditions)."""
    criterion = scope.complaint_criterion(user or frappe.session.user)
    return "" if criterion is None else in_parentheses(criterion)


def complaint_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether this complaint is in the user's scope for reading, or the user's to handle (hook: has_permission)."""
    if doc.is_new() and not (doc.name and frappe.db.exists("Complaint", doc.name)):
        return True  # the role decides on creating; what only claims to be new is looked up
    if ptype in SHARING:
        return False
    if ptype in WRITING:
        return scope.may_act(doc, user)
    return scope.may_see(doc.name, user or frappe.session.user)


def event_conditions(user: str | None = None) -> str:
    """SQL for the list of events: those of the complaints the user may see, up to the end of the user's part."""
    return _follower_conditions("Complaint Event", user)


def message_conditions(user: str | None = None) -> str:
    """SQL for the list of messages, by the same rule."""
    return _follower_conditions("Message", user)


def custody_conditions(user: str | None = None) -> str:
    """SQL for the list of custody, by the same rule."""
    return _follower_conditions("Custody", user)


def clock_conditions(user: str | None = None) -> str:
    """SQL for the list of clocks, by the same rule."""
    return _follower_conditions("Complaint Clock", user)


def extension_conditions(user: str | None = None) -> str:
    """SQL for the list of requests for extension, by the same rule."""
    return _follower_conditions("Extension Request", user)


def escalation_conditions(user: str | None = None) -> str:
    """SQL for the list of reminders and escalations, by the same rule."""
    return _follower_conditions("Escalation", user)


def contribution_conditions(user: str | None = None) -> str:
    """SQL for the list of opinions asked for, by the same rule."""
    return _follower_conditions("Contribution", user)


def letter_conditions(user: str | None = None) -> str:
    """SQL for the book of letters, by the same rule."""
    return _follower_conditions("Incoming Letter", user)


def letter_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """As of the other followers; a new line belongs to no complaint yet, and the role decides."""
    if doc.is_new() and not (doc.name and frappe.db.exists(doc.doctype, doc.name)):
        return True
    return follower_permission(doc, ptype, user)


def follower_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the user may see this row of a complaint: asked of the database by the list's own criterion."""
    user = user or frappe.session.user
    criterion = _follower_criterion(doc.doctype, user)
    if criterion is None:
        return True
    table = DocType(doc.doctype)
    return bool(frappe.qb.from_(table).select(table.name).where(criterion & (table.name == doc.name)).run())


def account_conditions(user: str | None = None) -> str:
    """SQL for the list of accounts: everybody may choose a colleague, and only who reads accounts sees citizens'."""
    user = user or frappe.session.user
    if scope.is_root(user) or get_role_permissions(frappe.get_meta("User"), user=user).get("read"):
        return ""
    table = DocType("User")
    return in_parentheses((table.user_type == "System User") | (table.name == user))


def nobody(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """For what no role reads (DocType Complainant): the framework's Administrator alone."""
    return scope.is_root(user or frappe.session.user)


def nobodys(user: str | None = None) -> str:
    """SQL for the lists of what no role reads, should somebody with the right to give permissions give this one."""
    return "" if scope.is_root(user or frappe.session.user) else "(1 = 0)"


def own_exchange(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the user made this exchange: its file holds what its maker may see, and perhaps more than others may."""
    user = user or frappe.session.user
    return scope.is_root(user) or doc.owner in (None, user)


def own_exchanges(user: str | None = None) -> str:
    """SQL for the list of exchanges, by the same rule."""
    user = user or frappe.session.user
    return "" if scope.is_root(user) else in_parentheses(DocType("Portal Exchange").owner == user)


def _follower_conditions(doctype: str, user: str | None) -> str:
    criterion = _follower_criterion(doctype, user or frappe.session.user)
    return "" if criterion is None else in_parentheses(criterion)


def _follower_criterion(doctype: str, user: str):
    follower = DocType(doctype)
    column, within = FOLLOWERS[doctype]
    return scope.follower_criterion(user, follower, column, lambda custody: within(follower, custody))


def in_parentheses(criterion) -> str:
    """The criterion as SQL that may stand beside other conditions."""
    # With the table's name before each column: the framework joins and nests these freely.
    return f"({criterion.get_sql(quote_char='`', with_namespace=True)})"


def may_open_desk() -> bool:
    """Whether the app's tile is offered to the user."""
    return frappe.session.user == "Administrator" or any(
        role.startswith("Phanhoi ") for role in frappe.get_roles()
    )
