"""The verbs a citizen performs on an own complaint: supply what was asked, rate, reopen.

The caller (the portal) has proved that the complaint is the citizen's, by its tracking code or by login.
"""

import frappe
from frappe import _
from frappe.utils import add_days, cint, get_datetime

from phanhoi_app.access import identity
from phanhoi_app.access.roles import CITIZEN
from phanhoi_app.custody import perform, transitions, verb, writing
from phanhoi_app.custody.errors import Conflict, MissingInput
from phanhoi_app.custody.phases import ANSWERED
from phanhoi_app.history.now import now
from phanhoi_app.history.record import Event
from phanhoi_app.rules import text


def supply(complaint: str, reply: str):
    """Answer the question that the complaint waits for; returns the saved Complaint."""
    return _as_citizen(perform.lock(complaint), "supply", {"text": reply})


def write(complaint: str, said: str, channel: str, from_another: bool = False):
    """What the citizen writes by a channel: the answer, when the complaint waits for one, else words added to it.

    `from_another` as for `writing.add`. Returns the saved Complaint. Raises custody.errors.MissingInput.
    """
    doc = perform.lock(complaint)
    if doc.phase == "waiting":
        return _as_citizen(doc, "supply", {"text": said[: verb.MAX_NOTE]})
    return writing.add(doc, said, channel, from_another)


def rate(complaint: str, level_code: str, comment: str = ""):
    """Rate the answer, once per answer, on the province's scale; returns the saved Complaint."""
    doc = perform.lock(complaint)
    if doc.phase not in ANSWERED:
        raise Conflict(_("There is no answer to rate yet."))
    if doc.satisfaction:
        raise Conflict(_("You have already rated this answer. Thank you."))
    if level_code not in {level.level_code for level in rating_levels()}:
        raise MissingInput(_("Please choose how satisfied you are."), "level")
    doc.satisfaction = level_code
    doc.satisfaction_comment = identity.add_typed(doc, text.clean_typed(comment or "")[:1000], "rate")
    doc.rated_on = now()
    return perform.save(doc, Event("rate", actor_role=CITIZEN))


def reopen(complaint: str, reason: str):
    """Say that the answer is not enough: once, within the days of the settings; returns the saved Complaint."""
    doc = perform.lock(complaint)
    if refusal := reopening_refused(doc):
        raise Conflict(refusal)
    return _as_citizen(doc, "reopen", {"reason": reason})


def reopening_refused(doc) -> str | None:
    """Why this complaint cannot be reopened by its citizen now, as a sentence; None when it can."""
    if doc.phase not in ANSWERED or not doc.answered_on:
        return _("Only an answered complaint can be reopened.")
    if cint(doc.reopened_count) >= 1:
        return _("This complaint was already reopened once. You can send a new one.")
    days = cint(frappe.get_cached_doc("Phanhoi Settings").reopen_days)
    if now() > add_days(get_datetime(doc.answered_on), days):
        return _(
            "The {0} days in which an answer can be reopened have passed. You can send a new one."
        ).format(days)
    return None


def rating_levels() -> list:
    """The levels of the province's rating scale, best first; an empty list when none is set."""
    scale = frappe.get_cached_doc("Phanhoi Settings").rating_scale
    return frappe.get_cached_doc("Rating Scale", scale).levels if scale else []


def _as_citizen(doc, code: str, inputs: dict):
    transition = transitions.find(doc, lambda row: transitions.verb_of(row.action) == code, {CITIZEN})
    return perform.carry_out(doc, transition, inputs, actor_role=CITIZEN)
