"""Verbs that leave the state as it is: others give their opinion by a day, are informed, or a note is kept.

The holder leads. Who is asked, or informed, sees the complaint and changes nothing of it but the own opinion.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _

from phanhoi_app.access import files, roles, scope
from phanhoi_app.custody import parties, phases, sealing, verb
from phanhoi_app.custody.errors import Conflict, MissingInput, NotAllowed
from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.history.record import Event

ASKED, GIVEN, WITHDRAWN = "Asked", "Given", "Withdrawn"
LEADING = (roles.COORDINATOR, roles.LEADER, roles.OFFICER)


@dataclass(frozen=True)
class BesideVerb:
    """`role(complaint)` is the role in which the session's user may do it, or None; `phases` are those it fits."""

    code: str
    apply: Callable
    role: Callable
    phases: tuple[str, ...]
    inputs: tuple[str, ...] = ()


def leads(complaint) -> str | None:
    """The role in which the user leads the handling: the coordinating desk's, or by duty in the holding agency."""
    if not scope.may_act(complaint):
        return None
    held = scope.roles_on(complaint)
    for role in LEADING:
        if role in held and not (complaint.sealed and role == roles.COORDINATOR):
            return role
    return None


def contributes(complaint) -> str | None:
    """The role in which the user gives an opinion: by duty in an agency that was asked for one."""
    user = frappe.session.user
    for row in _asked(complaint.name):
        if scope.duties_in(row.agency, user) & {"Officer", "Leader"}:
            return roles.LEADER if "Leader" in scope.duties_in(row.agency, user) else roles.OFFICER
    return None


def _invite(complaint, inputs):
    agency = _another(complaint, inputs)
    question = verb.needed(inputs, "question", _("Question"))
    due_on = verb.day(inputs, "due_on", _("Opinion wanted by"), required=True)
    if any(row.agency == agency for row in _asked(complaint.name, locked=True)):
        raise Conflict(
            _("{0} has been asked already and has not replied yet.").format(verb.agency_name(agency))
        )
    moment = now()
    rows.insert(
        "Contribution",
        [
            {
                "name": frappe.generate_hash(length=14),
                "owner": frappe.session.user,
                "modified_by": frappe.session.user,
                "creation": moment,
                "modified": moment,
                "docstatus": 0,
                "idx": 0,
                "complaint": complaint.name,
                "agency": agency,
                "status": ASKED,
                "asked_by": frappe.session.user,
                "question": question,
                "due_on": due_on,
            }
        ],
    )
    parties.give(complaint.name, agency, parties.CONTRIBUTOR)
    return Event("invite", reason=question, extra={"with": agency, "until": str(due_on)})


def _withdraw(complaint, inputs):
    agency = verb.needed(inputs, "agency", _("Agency"))
    row = _asked_of(complaint, agency)
    _set(row.name, status=WITHDRAWN)
    parties.end(complaint.name, parties.CONTRIBUTOR, agency)
    return Event("withdraw_invitation", reason=verb.note(inputs, "reason"), extra={"with": agency})


def _contribute(complaint, inputs):
    opinion = verb.needed(inputs, "opinion", _("Opinion"))
    agency = inputs.get("agency") or next(
        (row.agency for row in _asked(complaint.name) if _handles(row.agency)), None
    )
    row = _asked_of(complaint, agency)
    if not _handles(row.agency):
        raise NotAllowed(_("Only officers and leaders of the agency that was asked give its opinion."))
    _attach(complaint.name, row.name, inputs.get("file"))
    _set(row.name, status=GIVEN, opinion=opinion, given_by=frappe.session.user, given_on=now())
    return Event("contribute", reason=opinion, extra={"with": row.agency})


def _refer(complaint, inputs):
    agency = _another(complaint, inputs)
    said = verb.note(inputs)
    if not parties.give(complaint.name, agency, parties.INFORMED):
        raise Conflict(_("{0} is informed already.").format(verb.agency_name(agency)))
    return Event("refer", reason=said, extra={"with": agency})


def _end_refer(complaint, inputs):
    agency = verb.needed(inputs, "agency", _("Agency"))
    if not parties.has(complaint.name, agency, parties.INFORMED):
        raise Conflict(
            _("{0} is not informed of this complaint (any more).").format(verb.agency_name(agency))
        )
    parties.end(complaint.name, parties.INFORMED, agency)
    return Event("end_refer", reason=verb.note(inputs, "reason"), extra={"with": agency})


def _note(complaint, inputs):
    return Event("note", reason=verb.needed(inputs, "text", _("Note")))


BESIDE = {
    each.code: each
    for each in (
        BesideVerb("invite", _invite, leads, phases.OPEN, ("agency", "question", "due_on")),
        BesideVerb("withdraw_invitation", _withdraw, leads, phases.ALL, ("agency",)),
        BesideVerb("contribute", _contribute, contributes, phases.OPEN, ("opinion", "file")),
        BesideVerb("refer", _refer, leads, phases.OPEN + phases.ANSWERED, ("agency",)),
        BesideVerb("end_refer", _end_refer, leads, phases.ALL, ("agency",)),
        BesideVerb(
            "note", _note, lambda complaint: leads(complaint) or contributes(complaint), phases.ALL, ("text",)
        ),
    )
}


def contributions(complaint: str) -> list[dict]:
    """The opinions asked for, oldest first: [{name, agency, question, due_on, status, opinion, given_by, late …}].

    Late is a comparison, never a mark that goes stale. Those that the session's user may read.
    """
    found = frappe.get_list(
        "Contribution",
        filters={"complaint": complaint},
        fields=[
            "name",
            "agency",
            "question",
            "due_on",
            "status",
            "opinion",
            "asked_by",
            "given_by",
            "given_on",
        ],
        order_by="creation asc",
    )
    for row in found:
        day = row.given_on.date() if row.given_on else now().date()
        row.late = row.status != WITHDRAWN and day > row.due_on
    return found


def hand_on(complaint: str, agency: str, to: str | None) -> None:
    """Let another agency give the opinion for which this one was asked; with None nobody does. The caller holds the
    complaint's lock."""
    for row in _asked(complaint, locked=True):
        if row.agency != agency:
            continue
        if to and not any(other.agency == to for other in _asked(complaint, locked=True)):
            _set(row.name, agency=to)
        else:
            _set(row.name, status=WITHDRAWN)


def _another(complaint, inputs) -> str:
    agency = verb.agency(inputs)
    if agency == complaint.agency:
        raise MissingInput(_("This agency holds the complaint itself: choose another."), "agency")
    sealing.refuse_accused(complaint, agency)
    return agency


def _asked(complaint: str, locked: bool = False) -> list:
    # A verb reads with a lock: who waited for the complaint must see what the one before has written.
    return frappe.db.sql(
        f"""select name, agency from `tabContribution` where complaint = %s and status = %s
        order by creation {"lock in share mode" if locked else ""}""",  # noqa: S608
        (complaint, ASKED),
        as_dict=True,
    )


def _asked_of(complaint, agency: str | None):
    for row in _asked(complaint.name, locked=True):
        if row.agency == agency:
            return row
    raise Conflict(
        _("{0} is not asked for an opinion (any more): reload the complaint and look again.").format(
            verb.agency_name(agency) or _("Your agency")
        )
    )


def _handles(agency: str) -> bool:
    return bool(scope.duties_in(agency, frappe.session.user) & {"Officer", "Leader"})


def _attach(complaint: str, contribution: str, url: str | None) -> None:
    """Let a file that this user has uploaded, private and for nothing else, belong to the opinion."""
    if not url:
        return
    name = frappe.db.get_value(
        "File",
        {
            "file_url": str(url),
            "owner": frappe.session.user,
            "is_private": 1,
            "attached_to_doctype": ("is", "not set"),
        },
    )
    if not name:
        raise MissingInput(_("The file is not there (any more), or not private: upload it again."), "file")
    frappe.db.set_value(
        "File",
        name,
        {
            "attached_to_doctype": "Complaint",
            "attached_to_name": complaint,
            "attached_to_field": files.OPINION_FILES + contribution,
        },
    )


def _set(name: str, **values) -> None:
    frappe.db.set_value("Contribution", name, values)
