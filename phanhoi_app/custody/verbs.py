"""The verbs: what each asks for and what it changes on the complaint besides the state.

A verb never names a workflow state. The workflow says where the complaint goes; `perform` in
`custody/perform.py` does the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import identity
from phanhoi_app.custody import sealing
from phanhoi_app.custody.errors import MissingInput, NotAllowed
from phanhoi_app.history.now import now
from phanhoi_app.history.record import Event
from phanhoi_app.rules import text

MAX_NOTE = 5000


@dataclass(frozen=True)
class Verb:
    """`apply(complaint, inputs)` changes the document in memory and returns the Event that tells of it."""

    code: str
    apply: Callable
    inputs: tuple[str, ...] = ()


def _needed(inputs: dict, name: str, label: str) -> str:
    value = text.clean_typed(str(inputs.get(name) or ""))
    if not value:
        raise MissingInput(_("{0} is missing: please fill it in.").format(label), name)
    if len(value) > MAX_NOTE:
        raise MissingInput(_("{0} is too long: at most {1} characters.").format(label, MAX_NOTE), name)
    return value


def _note(inputs: dict, name: str = "note") -> str:
    return text.clean_typed(str(inputs.get(name) or ""))[:MAX_NOTE]


def _accept(complaint, inputs):
    return Event("accept", reason=_note(inputs))


def _ask(complaint, inputs):
    ground = _note(inputs, "ground")  # of the law: the clock stands still meanwhile
    question = _needed(inputs, "question", _("Question to the citizen"))
    return Event("ask", public_note=question, extra={"ground": ground} if ground else {})


def _supply(complaint, inputs):
    said = identity.add_typed(complaint, _needed(inputs, "text", _("Your reply")), "supply")
    return Event("supply", public_note=said)


def _refuse(complaint, inputs):
    return _end(complaint, inputs, "refuse")


def _redirect(complaint, inputs):
    return _end(complaint, inputs, "redirect")


def _end(complaint, inputs, code):
    name = _needed(inputs, "refusal_reason", _("Reason"))
    reason = frappe.db.get_value("Refusal Reason", name, ["label", "guidance", "enabled"], as_dict=True)
    if not reason or not reason.enabled:
        raise MissingInput(
            _("The reason “{0}” is not in the list: choose another.").format(name), "refusal_reason"
        )
    complaint.refusal_reason = name
    note = _note(inputs)
    said = "\n".join(part for part in (_(reason.label), reason.guidance, note) if part)
    return Event(code, reason=name, public_note=said)


def _assign(complaint, inputs):
    name = _needed(inputs, "agency", _("Agency"))
    agency = frappe.db.get_value("Agency", name, ["name", "is_group", "valid_from", "valid_to"], as_dict=True)
    today = now().date()
    if (
        not agency
        or (agency.valid_to and agency.valid_to < today)
        or (agency.valid_from and agency.valid_from > today)
    ):
        raise MissingInput(
            _("The agency “{0}” does not exist or is not active: choose another.").format(name), "agency"
        )
    if name == complaint.agency and complaint.phase in ("assigned", "processing"):
        raise MissingInput(_("The complaint is already with this agency: choose another."), "agency")
    sealing.refuse_accused(complaint, name)
    complaint.agency = name
    complaint.officer = None
    complaint.needs_approval = cint(frappe.get_cached_value("Field", complaint.field, "needs_approval"))
    return Event("assign", reason=_note(inputs))


def _take(complaint, inputs):
    complaint.officer = frappe.session.user
    return Event("take")


def _return(complaint, inputs):
    reason = _needed(inputs, "reason", _("Reason"))
    if complaint.sealed:
        raise NotAllowed(
            _("A sealed complaint does not go to the coordinating desk: its leader decides on it.")
        )
    complaint.agency = screening_agency()
    complaint.officer = None
    return Event("return", reason=reason)


def _write_answer(complaint, inputs):
    for field in ("answer_text", "answer_document_number", "answer_date", "answer_signer"):
        if inputs.get(field):
            complaint.set(field, inputs[field])
    complaint.answer_text = text.clean_typed(complaint.answer_text or "")
    if not complaint.answer_text:
        raise MissingInput(_("The answer is empty: write what was found and done."), "answer_text")


def _submit(complaint, inputs):
    _write_answer(complaint, inputs)
    return Event("submit", reason=_note(inputs))


def _answer(complaint, inputs):
    _write_answer(complaint, inputs)
    return _answered(complaint, "answer", inputs)


def _approve(complaint, inputs):
    if not text.clean_typed(complaint.answer_text or ""):
        raise MissingInput(_("The answer is empty: write what was found and done."), "answer_text")
    return _answered(complaint, "approve", inputs)


def _answered(complaint, code, inputs):
    complaint.answered_on = now()
    complaint.satisfaction = None
    complaint.satisfaction_comment = None
    complaint.rated_on = None
    return Event(code, reason=_note(inputs))


def _send_back(complaint, inputs):
    return Event("send_back", reason=_needed(inputs, "reason", _("Reason")))


def _close(complaint, inputs):
    complaint.closed_on = now()
    return Event("close", reason=_note(inputs))


def _reopen(complaint, inputs):
    reason = _needed(inputs, "reason", _("Why the answer is not enough"))
    reason = identity.add_typed(complaint, reason, "reopen")
    complaint.reopened_count = cint(complaint.reopened_count) + 1
    complaint.officer = None
    complaint.closed_on = None
    complaint.publication = "Undecided"
    complaint.published_on = None
    return Event("reopen", public_note=reason)


VERBS = {
    verb.code: verb
    for verb in (
        Verb("accept", _accept),
        Verb("ask", _ask, ("question",)),
        Verb("supply", _supply, ("text",)),
        Verb("refuse", _refuse, ("refusal_reason",)),
        Verb("redirect", _redirect, ("refusal_reason",)),
        Verb("assign", _assign, ("agency",)),
        Verb("take", _take),
        Verb("return", _return, ("reason",)),
        Verb("submit", _submit, ("answer_text",)),
        Verb("answer", _answer, ("answer_text",)),
        Verb("approve", _approve),
        Verb("send_back", _send_back, ("reason",)),
        Verb("close", _close),
        Verb("reopen", _reopen, ("reason",)),
    )
}


def screening_agency() -> str | None:
    """The agency that holds a complaint until it is assigned."""
    return frappe.get_cached_doc("Phanhoi Settings").screening_agency or None


def plain_transition(action: str):
    """The verb of an action that an administrator added without a verb: the state changes, a note is kept."""

    def apply(complaint, inputs):
        return Event("transition", reason=_note(inputs), extra={"action": action})

    return Verb("transition", apply)


__all__ = ["VERBS", "NotAllowed", "Verb", "plain_transition", "screening_agency"]
