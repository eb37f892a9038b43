"""Who may do what at the hotline."""

import frappe
from frappe import _

from phanhoi_app.access import roles, scope
from phanhoi_app.custody import verbs
from phanhoi_app.hotline.errors import NotAnOperator, NotThere

# Those who set up everybody's roster; an agency's leaders and coordinators set up its own.
PLANS_ALL = frozenset({"System Manager", roles.ADMINISTRATOR, roles.COORDINATOR})
READS_ROSTER = frozenset(roles.ALL) - {roles.CITIZEN} | {"System Manager"}


def is_operator(user: str | None = None) -> bool:
    """Whether the user takes calls: the coordinators of the duty desk."""
    user = user or frappe.session.user
    return scope.is_root(user) or roles.COORDINATOR in frappe.get_roles(user)


def check_operator() -> None:
    """Raise NotAnOperator unless the user takes calls."""
    if not is_operator():
        raise NotAnOperator(_("Calls are taken by the coordinators of the duty desk only."))


def check_reader() -> None:
    """Raise NotAnOperator unless the user is an official, who may read the roster."""
    user = frappe.session.user
    if not scope.is_root(user) and READS_ROSTER.isdisjoint(frappe.get_roles(user)):
        raise NotAnOperator(_("The duty roster is read by officials only."))


def may_plan(agency: str, user: str | None = None) -> bool:
    """Whether the user sets up the roster of this agency."""
    user = user or frappe.session.user
    if scope.is_root(user) or not PLANS_ALL.isdisjoint(frappe.get_roles(user)):
        return True
    return not scope.duties_in(agency, user).isdisjoint({"Leader", "Coordinator"})


def check_planner(agency: str) -> None:
    """Raise NotThere or NotAnOperator unless the user sets up the roster of this agency."""
    if not agency or not frappe.db.exists("Agency", agency):
        raise NotThere(_("Choose an agency first."))
    if not may_plan(agency):
        raise NotAnOperator(_("The roster of this agency is set up by its leaders and by the duty desk."))


def may_stand_by(user: str, agency: str) -> bool:
    """Whether the user can be on duty there: handles its complaints, or, in the duty centre, takes calls."""
    if not frappe.db.get_value("User", user, "enabled"):
        return False
    if agency == verbs.screening_agency() and is_operator(user):
        return True
    return not scope.duties_in(agency, user).isdisjoint(roles.HANDLING_DUTIES)


def shift_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the user may change this shift (hook: has_permission); officials read them all."""
    if ptype in ("write", "create", "delete") and doc.agency:
        return may_plan(doc.agency, user)
    return True


def handover_conditions(user: str | None = None) -> str:
    """SQL for the list of hand-over notes: those of the own agencies, for the duty desk all of them."""
    user = user or frappe.session.user
    if _reads_all_notes(user):
        return ""
    agencies = scope.agencies_of(user)
    if not agencies:
        return "(1 = 0)"
    return f"(`tabDuty Handover`.agency in ({', '.join(map(frappe.db.escape, agencies))}))"


def handover_permission(doc, ptype: str | None = None, user: str | None = None, **_ignored) -> bool:
    """Whether the user reads this hand-over note, by the same rule (hook: has_permission)."""
    user = user or frappe.session.user
    return _reads_all_notes(user) or doc.agency in scope.agencies_of(user)


def _reads_all_notes(user: str) -> bool:
    return scope.is_root(user) or not PLANS_ALL.isdisjoint(frappe.get_roles(user))
