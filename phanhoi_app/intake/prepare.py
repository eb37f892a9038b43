"""Makes a new complaint complete, whatever channel it came by, before it is inserted."""

import secrets

import frappe
from frappe.utils import cint

from phanhoi_app.access import identity
from phanhoi_app.custody import phases, sealing, verbs
from phanhoi_app.history.now import now
from phanhoi_app.intake import check
from phanhoi_app.rules import codes

LANGUAGES = ("vi", "en")
TYPED_BY_THE_CITIZEN = ("Web", "Mobile app")
# What a new complaint does not have yet, whatever the form that was sent says.
EMPTY = (
    "officer",
    "satisfaction",
    "published_on",
    "answered_on",
    "closed_on",
    "merged_into",
    "transfer_from",
    "reply_by",
    "part_of",
)
ZERO = ("reopened_count", "supporters_count", "bounces", "binding", "parts")


def new_complaint(complaint) -> None:
    """Check and complete a complaint about to be inserted, in the document.

    What `receive` has checked is not checked again. A person at the desk types into the form itself: the same
    checks run here, and whatever the form says about state, holder or clock is replaced by what holds.
    Raises intake.errors.InvalidSubmission.
    """
    if not complaint.flags.checked:
        values, details = check.desk(complaint)
        complaint.update(values)
        complaint.question_answers = details
        complaint.received_at = None
        complaint.workflow_state = None
        complaint.flags.event = None
        for field in EMPTY:
            complaint.set(field, None)
        for field in ZERO:
            complaint.set(field, 0)
        complaint.publication = "Undecided"
        complaint.agency = None
        complaint.sealed = 0
    complaint.received_at = complaint.received_at or now()
    complaint.language = _language(complaint)
    complaint.flags.tracking_code = codes.tracking_code(secrets.token_bytes)
    complaint.workflow_state = complaint.workflow_state or phases.state_for("new")
    complaint.agency = complaint.agency or verbs.screening_agency()
    complaint.phase = phases.phase_of(complaint.workflow_state)
    sealing.seal(complaint)
    complaint.external_reference = complaint.external_reference or None
    complaint.needs_approval = cint(frappe.get_cached_value("Field", complaint.field, "needs_approval"))
    identity.put_away(complaint)


def _language(complaint) -> str:
    """The language to write to the citizen in: that of the page which he filled in, else Vietnamese."""
    if complaint.flags.checked and complaint.language in LANGUAGES and complaint.language != "vi":
        return complaint.language
    used = (frappe.local.lang or "")[:2]
    return used if complaint.channel in TYPED_BY_THE_CITIZEN and used in LANGUAGES else "vi"
