"""From one agency to another: passed on, and not accepted. Whoever it was passed to holds it from then on.

A “not ours” counts. The third brings it before the coordinating desk, whose next assignment is binding; what
is sealed never goes there, but to the agency that its field names.
"""

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import succession
from phanhoi_app.custody import phases, sealing, verb
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.custody.parties import HOLDER
from phanhoi_app.history.record import Event

MOST_BOUNCES = 3


def transfer(complaint, inputs):
    """Verb: pass on to the agency that it belongs to."""
    reason = verb.needed(inputs, "reason", _("Reason"))
    to = verb.agency(inputs)
    if to == complaint.agency:
        raise MissingInput(_("The complaint is already with this agency: choose another."), "agency")
    sealing.refuse_accused(complaint, to)
    if to == screening_agency():
        if complaint.sealed:
            raise MissingInput(_("A sealed complaint does not go to the coordinating desk."), "agency")
        raise MissingInput(
            _("To give it back to the coordinating desk use “{0}”.").format(_("Return")), "agency"
        )
    if complaint.transfer_from or _held_before(complaint.name, to):
        _bounce_on(complaint, to)
    _move(complaint, to, sender=complaint.agency)
    return Event("transfer", reason=reason)


def decline(complaint, inputs):
    """Verb: “not ours”, said by whom it was passed to; back to the sender, or before who decides."""
    reason = verb.needed(inputs, "reason", _("Reason"))
    complaint.bounces = cint(complaint.bounces) + 1
    if going_to(complaint) == "screening":
        _move(complaint, screening_agency())
    elif complaint.sealed and complaint.bounces >= MOST_BOUNCES:
        _move(complaint, sealing.handler_of(complaint))
        complaint.binding = 1
    else:
        sender = succession.heir(complaint.transfer_from) or complaint.transfer_from
        if not verb.is_active(sender):
            raise Conflict(
                _(
                    "{0}, from which it came, is no longer active: pass it on or return it to the desk."
                ).format(verb.agency_name(sender))
            )
        sealing.refuse_accused(complaint, sender)
        _move(complaint, sender)
    return Event("decline", reason=reason)


def give_back(complaint, inputs):
    """Verb “return”: “not ours”, said to the coordinating desk."""
    reason = verb.needed(inputs, "reason", _("Reason"))
    if complaint.sealed:
        raise NotAllowed(
            _("A sealed complaint does not go to the coordinating desk: its leader decides on it.")
        )
    complaint.bounces = cint(complaint.bounces) + 1
    _move(complaint, screening_agency())
    return Event("return", reason=reason)


def screening_agency() -> str | None:
    """The agency that holds a complaint until it is assigned."""
    return frappe.get_cached_doc("Phanhoi Settings").screening_agency or None


def going_to(complaint) -> str | None:
    """The phase to which the transition at hand leads: the workflow decides where a third bounce goes."""
    return phases.phase_of(complaint.flags.next_state)


def _bounce_on(complaint, to: str) -> None:
    """Passing on what was not accepted, or back to who had it, is a “not ours” too; the third is not passed on."""
    complaint.bounces = cint(complaint.bounces) + 1
    if complaint.bounces < MOST_BOUNCES:
        return
    if not complaint.sealed:
        raise Conflict(
            _("It has been passed on often enough: use “{0}”, and the coordinating desk decides.").format(
                _("Return")
            )
        )
    decides = sealing.handler_of(complaint)
    if to != decides:
        raise Conflict(
            _("It has been passed on often enough: {0} decides, pass it on to them.").format(
                verb.agency_name(decides)
            )
        )
    complaint.binding = 1


def _move(complaint, to: str | None, sender: str | None = None) -> None:
    complaint.agency = to
    complaint.officer = None
    complaint.transfer_from = sender


def _held_before(complaint: str, agency: str) -> bool:
    return bool(
        frappe.db.exists("Custody", {"complaint": complaint, "party": agency, "part": HOLDER})
        and agency != screening_agency()
    )
