"""Who may manage whose people: an agency's leader those of his agency and below, administrators all of them.

A leader never deals with himself, with coordinators, or with accounts that stand above agencies.
"""

import frappe
from frappe import _

from phanhoi_app.access import roles, scope
from phanhoi_app.agencies.errors import NotThere, NotYours

ADMINISTRATORS = frozenset({"System Manager", roles.ADMINISTRATOR})
# Accounts with one of these roles are an administrator's to add to an agency or to take out of it.
ABOVE_AGENCIES = frozenset({*ADMINISTRATORS, roles.SUPERVISOR, "Administrator"})
# What a duty needs in order to be done at the desk. A viewer opens the desk as officers do; the duty lets him
# read only (access.scope.roles_on).
ROLE_OF = {
    "Officer": roles.OFFICER,
    "Viewer": roles.OFFICER,
    "Leader": roles.LEADER,
    "Coordinator": roles.COORDINATOR,
}
BY_DUTIES = frozenset(ROLE_OF.values())


def is_administrator(user: str | None = None) -> bool:
    """Whether the user manages everybody's people."""
    user = user or frappe.session.user
    return scope.is_root(user) or not ADMINISTRATORS.isdisjoint(frappe.get_roles(user))


def manages(agency: str, user: str | None = None) -> bool:
    """Whether the user manages the people of this agency."""
    user = user or frappe.session.user
    if is_administrator(user):
        return True
    return "Leader" in scope.duties_in(agency, user) and roles.LEADER in frappe.get_roles(user)


def check(agency: str) -> frappe._dict:
    """The agency (name, agency_name, valid_to), if the session's user manages its people.

    Raises NotThere (404), NotYours (403).
    """
    row = frappe.db.get_value("Agency", agency, ["name", "agency_name", "valid_to"], as_dict=True)
    if not row:
        raise NotThere(_("There is no such agency."))
    if not manages(row.name):
        raise NotYours(
            _(
                "You do not manage the people of “{0}”: its leader, one above it or an administrator does."
            ).format(row.agency_name)
        )
    return row


def managed() -> list[dict]:
    """[{name, agency_name, depth}] of the agencies whose people the session's user manages, from the top down."""
    user = frappe.session.user
    every = frappe.get_all(
        "Agency", fields=["name", "agency_name", "lft", "rgt", "valid_to"], order_by="lft asc"
    )
    if not is_administrator(user):
        led = [row for row in scope.memberships(user) if row.duty == "Leader"]
        if roles.LEADER not in frappe.get_roles(user):
            led = []
        every = [row for row in every if any(a.lft <= row.lft and row.rgt <= a.rgt for a in led)]
    today = frappe.utils.getdate()
    found, above = [], []
    for row in every:
        above = [rgt for rgt in above if rgt > row.rgt]
        if not row.valid_to or row.valid_to >= today:
            found.append({"name": row.name, "agency_name": row.agency_name, "depth": len(above)})
        above.append(row.rgt)
    return found


def why_not(user: str, duty_before: str | None, duty_after: str | None, held: set[str]) -> str:
    """Why the session's user may not bring this about in an agency he manages; empty when he may.

    `held` are the roles of the account; a duty is None outside of the agency.
    """
    if is_administrator():
        return ""
    if user == frappe.session.user:
        return _("This is yourself: the leader above you or an administrator changes it.")
    if "Coordinator" in (duty_before, duty_after):
        return _("Only an administrator appoints or removes coordinators.")
    if not held.isdisjoint(ABOVE_AGENCIES):
        return _("This is an account that stands above agencies: ask an administrator.")
    return ""


def roles_of(users: list[str]) -> dict[str, set[str]]:
    """{user: roles given to the account}, many at once."""
    held: dict[str, set[str]] = {user: set() for user in users}
    if users:
        rows = frappe.get_all(
            "Has Role",
            filters={"parenttype": "User", "parent": ("in", list(held))},
            fields=["parent", "role"],
        )
        for row in rows:
            held.setdefault(row.parent, set()).add(row.role)
    return held
