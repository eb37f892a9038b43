"""The verbs: what each asks for and what it changes on the complaint besides the state.

A verb never names a workflow state. The workflow says where the complaint goes; `perform` in
`custody/perform.py` does the rest.
"""

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import identity, succession
from phanhoi_app.custody import cohandling, guidance, merging, sealing, splitting, transfer, verb, writing
from phanhoi_app.custody.errors import MissingInput, NotAllowed
from phanhoi_app.custody.transfer import screening_agency
from phanhoi_app.custody.verb import Verb
from phanhoi_app.history.now import now
from phanhoi_app.history.record import Event
from phanhoi_app.rules import text


def _accept(complaint, inputs):
    return Event("accept", reason=verb.note(inputs))


def _ask(complaint, inputs):
    question = verb.needed(inputs, "question", _("Question to the citizen"))
    complaint.reply_by = verb.day(inputs, "reply_by", _("Reply wanted by"))
    ground = verb.note(inputs, "ground")  # of the law: the clock stands still meanwhile
    return Event("ask", public_note=question, extra={"ground": ground} if ground else {})


def _supply(complaint, inputs):
    said = identity.add_typed(complaint, verb.needed(inputs, "text", _("Your reply")), "supply")
    return Event("supply", public_note=said)


def _refuse(complaint, inputs):
    return _end(complaint, inputs, "refuse")


def _redirect(complaint, inputs):
    return _end(complaint, inputs, "redirect")


def _end(complaint, inputs, code):
    name = verb.needed(inputs, "refusal_reason", _("Reason"))
    reason = frappe.db.get_value("Refusal Reason", name, ["label", "guidance", "enabled"], as_dict=True)
    if not reason or not reason.enabled:
        raise MissingInput(
            _("The reason “{0}” is not in the list: choose another.").format(name), "refusal_reason"
        )
    complaint.refusal_reason = name
    note = verb.note(inputs)
    opening = guidance.opening(complaint) if code == "redirect" else ""
    said = "\n".join(part for part in (opening, _(reason.label), reason.guidance, note) if part)
    return Event(code, reason=name, public_note=said)


def _assign(complaint, inputs):
    name = verb.agency(inputs)
    if name == complaint.agency and complaint.phase in ("assigned", "processing"):
        raise MissingInput(_("The complaint is already with this agency: choose another."), "agency")
    sealing.refuse_accused(complaint, name)
    complaint.agency = name
    complaint.officer = None
    complaint.transfer_from = None
    # After the third “not ours” somebody has to decide: this is the decision.
    complaint.binding = cint(cint(complaint.bounces) >= transfer.MOST_BOUNCES)
    complaint.needs_approval = cint(frappe.get_cached_value("Field", complaint.field, "needs_approval"))
    return Event("assign", reason=verb.note(inputs))


def _take(complaint, inputs):
    complaint.officer = frappe.session.user
    complaint.transfer_from = None
    return Event("take")


def _write_answer(complaint, inputs):
    for field in ("answer_text", "answer_document_number", "answer_date", "answer_signer"):
        if inputs.get(field):
            complaint.set(field, inputs[field])
    complaint.answer_text = text.clean_typed(complaint.answer_text or "")
    if not complaint.answer_text:
        raise MissingInput(_("The answer is empty: write what was found and done."), "answer_text")


def _submit(complaint, inputs):
    _write_answer(complaint, inputs)
    return Event("submit", reason=verb.note(inputs))


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
    return Event(code, reason=verb.note(inputs))


def _send_back(complaint, inputs):
    return Event("send_back", reason=verb.needed(inputs, "reason", _("Reason")))


def _close(complaint, inputs):
    complaint.closed_on = now()
    return Event("close", reason=verb.note(inputs))


def _reopen(complaint, inputs):
    reason = verb.needed(inputs, "reason", _("Why the answer is not enough"))
    reason = identity.add_typed(complaint, reason, "reopen")
    complaint.reopened_count = cint(complaint.reopened_count) + 1
    if complaint.agency and succession.is_closed(complaint.agency):
        # To whoever came in its place; when it was divided, the desk that screens decides.
        complaint.agency = succession.heir(complaint.agency) or screening_agency()
    complaint.officer = None
    complaint.closed_on = None
    complaint.publication = "Undecided"
    complaint.published_on = None
    return Event("reopen", public_note=reason)


VERBS = {
    each.code: each
    for each in (
        Verb("accept", _accept),
        Verb("ask", _ask, ("question",)),
        Verb("supply", _supply, ("text",)),
        Verb("refuse", _refuse, ("refusal_reason",)),
        Verb("redirect", _redirect, ("refusal_reason",)),
        Verb("assign", _assign, ("agency",)),
        Verb("take", _take),
        Verb("return", transfer.give_back, ("reason",)),
        Verb("transfer", transfer.transfer, ("agency", "reason")),
        Verb("decline", transfer.decline, ("reason",)),
        Verb("merge", merging.merge, ("into",), merging.other_of_merge),
        Verb("unmerge", merging.unmerge, ("reason",), merging.other_of_unmerge),
        Verb("split", splitting.split, ("parts",)),
        Verb("submit", _submit, ("answer_text",)),
        Verb("answer", _answer, ("answer_text",)),
        Verb("approve", _approve),
        Verb("send_back", _send_back, ("reason",)),
        Verb("close", _close),
        Verb("reopen", _reopen, ("reason",)),
    )
}
BESIDE = cohandling.BESIDE | {writing.WRITE.code: writing.WRITE}


def plain_transition(action: str):
    """The verb of an action that an administrator added without a verb: the state changes, a note is kept."""

    def apply(complaint, inputs):
        return Event("transition", reason=verb.note(inputs), extra={"action": action})

    return Verb("transition", apply)


__all__ = ["BESIDE", "VERBS", "NotAllowed", "Verb", "plain_transition", "screening_agency"]
