"""Hands a complaint from somebody who leaves to a colleague, or back to the agency for anybody to take."""

from phanhoi_app.access import scope
from phanhoi_app.custody import perform, phases
from phanhoi_app.history.record import Event


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
