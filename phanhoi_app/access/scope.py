"""The scope of a user over complaints: one criterion, used by lists and by single documents alike."""

import frappe
from frappe.query_builder import DocType
from frappe.utils.caching import request_cache
from pypika.terms import Criterion

from phanhoi_app.access import roles


def reads_all(user: str) -> bool:
    """Whether the user reads every complaint: coordinators, supervisors, administrators."""
    return user == "Administrator" or not roles.READS_ALL.isdisjoint(frappe.get_roles(user))


@request_cache
def agencies_of(user: str) -> list[str]:
    """Names of the agencies the user is a member of, and of all below them. Kept for the request."""
    agency, member, below = DocType("Agency"), DocType("Agency Member"), DocType("Agency").as_("below")
    rows = (
        frappe.qb.from_(member)
        .join(agency)
        .on(agency.name == member.parent)
        .join(below)
        .on((below.lft >= agency.lft) & (below.rgt <= agency.rgt))
        .select(below.name)
        .distinct()
        .where((member.user == user) & (member.parenttype == "Agency"))
    ).run()
    return [row[0] for row in rows]


def complaint_criterion(user: str) -> Criterion | None:
    """The complaints the user may see, as a criterion on `tabComplaint`; None when it is all of them."""
    if reads_all(user):
        return None
    complaint = DocType("Complaint")
    mine = complaint.officer == user
    if roles.CITIZEN in frappe.get_roles(user):
        mine |= complaint.citizen_user == user
    if agencies := agencies_of(user):
        mine |= complaint.agency.isin(agencies)
    return mine


def may_see(complaint: str, user: str | None = None) -> bool:
    """Whether the user may see the complaint of this name, asked of the database: never of the client."""
    criterion = complaint_criterion(user or frappe.session.user)
    if criterion is None:
        return True
    table = DocType("Complaint")
    query = frappe.qb.from_(table).select(table.name).where(criterion & (table.name == complaint))
    return bool(query.run())
