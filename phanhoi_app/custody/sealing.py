"""Sealed complaints: about the conduct of officials. They go past the coordinating desk to the agency that the field
names, and never to the agency complained about or one below it.
"""

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import scope, succession
from phanhoi_app.custody import phases
from phanhoi_app.custody.errors import MissingInput

UNDECIDED = ("new", "screening")


def is_sealed(field: str | None) -> bool:
    """Whether complaints of the field are sealed: the field itself says so, or one above it."""
    return bool(_sealed_by(field))


def seal(complaint) -> None:
    """Mark a complaint of a sealed field, and bring it where the field wants it (a new one, or a changed field).

    Raises MissingInput when nobody could see it: the agency complained about is the one that should handle it, and
    has none above it.
    """
    source = _sealed_by(complaint.field)
    was, complaint.sealed = cint(complaint.sealed), cint(bool(source))
    if not source:
        complaint.accused_agency = None
        return
    if was and not covers(complaint.accused_agency, complaint.agency):
        return
    complaint.agency = handler(source, complaint.accused_agency)
    complaint.officer = None
    if complaint.phase in (*UNDECIDED, None) or complaint.phase in ("processing", "approval", "waiting"):
        complaint.workflow_state = phases.state_for("assigned")


def handler(field, accused: str | None) -> str:
    """The agency that handles a complaint of this sealed field about this agency.

    Raises MissingInput when there is none.
    """
    if not covers(accused, field.sealed_agency):
        return field.sealed_agency
    if above := frappe.get_cached_value("Agency", accused, "parent_agency"):
        return above
    raise MissingInput(
        _("A complaint about “{0}” cannot be handled below it: choose the office that it is about.").format(
            frappe.get_cached_value("Agency", accused, "agency_name")
        ),
        "accused_agency",
    )


def handler_of(complaint) -> str:
    """The agency that the field of a sealed complaint names: it has the last word (who holds it, when the field
    is sealed no more). Raises MissingInput."""
    source = _sealed_by(complaint.field)
    return handler(source, complaint.accused_agency) if source else complaint.agency


def refuse_accused(complaint, agency: str) -> None:
    """Raise MissingInput when a sealed complaint would go to the agency complained about or one below it."""
    if complaint.sealed and covers(complaint.accused_agency, agency):
        raise MissingInput(_("The complaint is about this agency or one above it: choose another."), "agency")


def covers(accused: str | None, agency: str | None) -> bool:
    """Whether the agency is the one complained about, or came in its place, or is below one of these."""
    if not accused or not agency:
        return False
    return any(_is_within(agency, top) for top in (accused, *succession.successors(accused)))


def nearest(complaint, agency: str) -> str | None:
    """Where a sealed complaint goes that would come to this agency: there, or to the nearest above it that the
    complaint is not about; None when there is none."""
    while agency and covers(complaint.accused_agency, agency):
        agency = frappe.get_cached_value("Agency", agency, "parent_agency")
    return agency or None


def _is_within(agency: str, top: str) -> bool:
    if agency == top:
        return True
    place, above = scope.place(agency), scope.place(top)
    return bool(place and above and above.lft < place.lft and place.rgt < above.rgt)


def _sealed_by(field: str | None):
    """The field, or the nearest above it, that is sealed and names its agency; None when there is none."""
    seen = set()
    while field and field not in seen:
        seen.add(field)
        row = frappe.get_cached_value(
            "Field", field, ["name", "sealed", "sealed_agency", "parent_field"], as_dict=True
        )
        if not row:
            return None
        if row.sealed and row.sealed_agency:
            return row
        field = row.parent_field
    return None
