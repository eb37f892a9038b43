"""Hands a complaint on without its holder: from somebody who leaves to a colleague, from an agency that does not act
to the one above it."""

import frappe

from phanhoi_app.access import scope
from phanhoi_app.custody import perform, phases, sealing, verb
from phanhoi_app.history.record import Event

HANDLED = ("assigned", "processing", "approval")


def hand_over(
    complaint: str, agency: str, leaving: str, successor: str | None, reason: str
) -> tuple[bool, str | None]:
    """Give the complaint to the successor, or to nobody, under its lock; returns whether that was done, and
    who has it now (None: nobody).

    Does nothing when it is not (any more) with the one who leaves: a second run finds its work done. Whoever may
    not see the complaint does not get it. The caller has checked who asks. Raises custody.errors.Conflict.
    """
    doc = perform.lock(complaint)
    if doc.officer != leaving or doc.agency != agency or doc.phase not in phases.OPEN:
        return False, doc.officer
    doc.officer = successor if successor and scope.may_see(complaint, successor) else None
    if not doc.officer and doc.phase == "processing":
        doc.workflow_state = phases.state_for("assigned")  # where somebody takes it
    perform.save(doc, Event("handed_over", reason=reason))
    return True, doc.officer


def above(complaint) -> str | None:
    """The nearest agency above the holder that is active and has somebody to take it; None when there is none, or the
    complaint is not with a holder who is to act. What is sealed never goes to the agency that it is about."""
    if complaint.phase not in HANDLED:
        return None
    agency = _parent(complaint.agency)
    while agency:
        takes = any(
            row.duty in ("Officer", "Leader") for row in frappe.get_cached_doc("Agency", agency).members
        )
        accused = complaint.sealed and sealing.covers(complaint.accused_agency, agency)
        if takes and not accused and verb.is_active(agency):
            return agency
        agency = _parent(agency)
    return None


def hand_up(complaint, to: str, event: Event) -> None:
    """Give a locked complaint to an agency above its holder, where somebody is to take it in hand."""
    complaint.agency = to
    complaint.officer = None
    complaint.transfer_from = None
    complaint.binding = 0
    if complaint.phase != "assigned":
        complaint.workflow_state = phases.state_for("assigned")
    perform.save(complaint, event)


def _parent(agency: str | None) -> str | None:
    return frappe.get_cached_value("Agency", agency, "parent_agency") if agency else None
