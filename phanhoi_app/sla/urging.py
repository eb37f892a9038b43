"""“Đôn đốc”: somebody above urges the holder to act, by one click; an event and a message to who handles and leads."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import format_datetime

from phanhoi_app.access import roles, scope
from phanhoi_app.custody import perform
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.custody.phases import OPEN
from phanhoi_app.custody.verb import note as typed
from phanhoi_app.history import record
from phanhoi_app.history.now import now
from phanhoi_app.messaging import notices, outbox
from phanhoi_app.rules import escalation
from phanhoi_app.sla import telling

EVENT = "urged"
CHANNELS = ("Desk", "SMS")
AGAIN_AFTER = timedelta(
    hours=1
)  # by the same person on the same complaint: a second click is no second urging
MOST = 200  # complaints urged at once


def urge(name: str, note: str = "") -> int:
    """Urge the holder of a complaint; returns how many people were told.

    Raises frappe.DoesNotExistError; custody.errors: NotAllowed, Conflict.
    """
    complaint = perform.lock(name)
    if not scope.may_see(name):
        raise perform.missing()
    role = _role(complaint)
    if not role:
        raise NotAllowed(
            _(
                "Supervisors, the coordinating desk and leaders of an agency above urge; you are none of these here."
            )
        )
    if complaint.phase not in OPEN or not complaint.agency:
        raise Conflict(_("Complaint {0} is answered or ended: there is nobody to urge.").format(name))
    moment = now()
    last = _last(name)
    if last and moment - last < AGAIN_AFTER:
        raise Conflict(
            _("You have urged at {0} already; again from {1} on.").format(
                format_datetime(last, "HH:mm"), format_datetime(last + AGAIN_AFTER, "HH:mm")
            )
        )
    note = typed({"note": note})
    happened = record.append(name, record.Event(EVENT, reason=note, actor_role=role, at=moment))
    values = notices.values_for_officers(complaint, note)
    letters = [letter for person in _whom(complaint) for letter in telling.letters(person, CHANNELS, values)]
    outbox.queue(complaint, EVENT, happened, letters)
    return len({letter["recipient_user"] for letter in letters})


def urge_many(names: list[str], note: str = "") -> dict:
    """Urge the holders of several complaints, each in a transaction of its own: {done, refused: [{name, why}]}.

    Raises custody.errors.MissingInput when they are none or more than `MOST`.
    """
    if not isinstance(names, list) or not 0 < len(names) <= MOST:
        raise MissingInput(_("Choose at least one complaint and at most {0}.").format(MOST), "names")
    done, refused = 0, []
    for name in dict.fromkeys(str(each) for each in names):
        try:
            urge(name, note)
            frappe.db.commit()
            done += 1
        except frappe.ValidationError as error:
            frappe.db.rollback()
            frappe.clear_messages()
            refused.append({"name": name, "why": str(error)})
    return {"done": done, "refused": refused}


def may_urge(complaint) -> bool:
    """Whether the form offers it to the user."""
    return bool(complaint.agency and complaint.phase in OPEN and _role(complaint))


def _role(complaint) -> str | None:
    """The role in which the session's user, who sees the complaint, urges; None for whoever does not."""
    user = frappe.session.user
    held = set(frappe.get_roles(user))
    for role in (roles.SUPERVISOR, roles.COORDINATOR):
        if role in held:
            return role
    here = scope.place(complaint.agency) if complaint.agency else None
    leads_above = here and any(
        row.duty == "Leader" and row.lft < here.lft and row.rgt > here.rgt for row in scope.memberships(user)
    )
    return roles.LEADER if leads_above else None


def _whom(complaint) -> list[telling.Person]:
    """Who handles it and who leads there, once each, but for the one who urges and those who may not see it."""
    targets = (escalation.OFFICER, escalation.LEADER)
    if complaint.phase in ("new", "screening"):
        targets = (escalation.COORDINATOR, escalation.LEADER)
    found = {
        person.user: person
        for target in targets
        for person in telling.people(target, complaint.agency, complaint.officer)
    }
    return [
        person
        for user, person in found.items()
        if user != frappe.session.user and scope.may_see(complaint.name, user)
    ]


def _last(name: str):
    """When the user last urged on this complaint."""
    found = frappe.db.sql(
        """select at from `tabComplaint Event` where complaint = %s and kind = %s and actor = %s
        order by sequence desc limit 1 lock in share mode""",
        (name, EVENT, frappe.session.user),
    )
    return found[0][0] if found else None
