"""The history in words that an officer reads: what happened, who did it, what changed."""

from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import format_datetime

from phanhoi_app.history import naming, read
from phanhoi_app.history.record import CITIZEN, FOLLOWED

# By what a reader filters.
DECISION, MESSAGE, OTHER = "decision", "message", "other"


class Kind(NamedTuple):
    """How a kind of event is told: its group, its sign (a picture in public/js/timeline.js), its sentence.

    The sentence holds {who} where the name goes, and may hold {to} and {state}, the agency and the state that the
    complaint went to, and {other}, the agency or complaint that the event is about besides. `by_citizen` stands in
    for it where the citizen is the one who acts.
    """

    group: str
    sign: str
    sentence: str
    by_citizen: str | None = None


def kinds() -> dict[str, Kind]:
    """The one place to add a kind of event; one that is not here is shown by its code."""
    return {
        "received": Kind(
            DECISION, "inbox", _("{who} wrote the complaint down."), _("{who} sent the complaint.")
        ),
        "imported": Kind(DECISION, "inbox", _("{who} brought the complaint in from another system.")),
        "accept": Kind(DECISION, "check", _("{who} accepted the complaint.")),
        "ask": Kind(MESSAGE, "question", _("{who} asked the citizen for more.")),
        "supply": Kind(
            MESSAGE, "speech", _("{who} wrote down what the citizen replied."), _("{who} replied.")
        ),
        "write": Kind(MESSAGE, "speech", _("{who} wrote to the citizen.")),
        "citizen_wrote": Kind(
            MESSAGE, "speech", _("{who} wrote down what the citizen said."), _("{who} wrote.")
        ),
        "refuse": Kind(DECISION, "stop", _("{who} refused the complaint.")),
        "redirect": Kind(DECISION, "away", _("{who} showed the citizen where to turn.")),
        "assign": Kind(DECISION, "arrow", _("{who} assigned it to {to}.")),
        "take": Kind(DECISION, "hand", _("{who} took it in hand.")),
        "return": Kind(DECISION, "back", _("{who} returned it to the coordinating desk.")),
        "transfer": Kind(DECISION, "arrow", _("{who} passed it on to {to}.")),
        "decline": Kind(DECISION, "back", _("{who} did not accept it: it goes to {to}.")),
        "merge": Kind(DECISION, "arrow", _("{who} merged it into {other}.")),
        "merged_in": Kind(DECISION, "inbox", _("{who} merged another complaint into this one.")),
        "unmerge": Kind(DECISION, "again", _("{who} took it out of {other} again.")),
        "taken_out": Kind(DECISION, "away", _("{who} took a merged complaint out again.")),
        "split": Kind(DECISION, "split", _("{who} split it into parts.")),
        "part": Kind(DECISION, "inbox", _("{who} made it a part of another complaint.")),
        "parts_answered": Kind(
            DECISION, "pen", _("{who} answered the last part; all answers are put together.")
        ),
        "invite": Kind(OTHER, "question", _("{who} asked {other} for its opinion.")),
        "withdraw_invitation": Kind(OTHER, "back", _("{who} no longer asks {other} for its opinion.")),
        "contribute": Kind(OTHER, "speech", _("{who} gave the opinion of {other}.")),
        "refer": Kind(OTHER, "arrow", _("{who} sent it to {other} for information.")),
        "end_refer": Kind(OTHER, "flag", _("{who} no longer informs {other}.")),
        "note": Kind(OTHER, "pen", _("{who} left a note.")),
        "handed_over": Kind(DECISION, "arrow", _("{who} handed it over.")),
        "submit": Kind(DECISION, "pen", _("{who} sent the answer for approval.")),
        "answer": Kind(DECISION, "speech", _("{who} answered.")),
        "approve": Kind(DECISION, "check", _("{who} approved the answer.")),
        "send_back": Kind(DECISION, "back", _("{who} sent the answer back.")),
        "close": Kind(DECISION, "flag", _("{who} closed the case.")),
        "reopen": Kind(DECISION, "again", _("{who} reopened the case.")),
        "rate": Kind(MESSAGE, "star", _("{who} rated the answer.")),
        "publish": Kind(DECISION, "eye", _("{who} published the answer.")),
        "withhold": Kind(DECISION, "hidden", _("{who} withheld the answer from the public.")),
        "identity_opened": Kind(OTHER, "eye", _("{who} opened the citizen's identity.")),
        "exported": Kind(OTHER, "away", _("{who} sent state and answer to the other portal.")),
        "outside_status": Kind(MESSAGE, "inbox", _("{who} took in what the other office says.")),
        "receipt_printed": Kind(OTHER, "pen", _("{who} printed the receipt for the citizen.")),
        "identity_corrected": Kind(OTHER, "pen", _("{who} corrected the citizen's identity.")),
        "sealed": Kind(OTHER, "lock", _("{who} sealed the complaint.")),
        "recounted": Kind(OTHER, "again", _("{who} had the deadlines counted anew.")),
        "extension_requested": Kind(DECISION, "again", _("{who} asked for more time.")),
        "extension_granted": Kind(DECISION, "check", _("{who} granted more time.")),
        "extension_refused": Kind(DECISION, "stop", _("{who} refused more time.")),
        "reminded": Kind(OTHER, "clock", _("The system reminded of the deadline.")),
        "explanation_asked": Kind(
            DECISION, "question", _("The system asked the agency for a written explanation.")
        ),
        "explained": Kind(DECISION, "pen", _("{who} explained for {other} why it is late.")),
        "severity_raised": Kind(DECISION, "flag", _("The system raised the severity.")),
        "escalated": Kind(DECISION, "arrow", _("The system handed it up to {to}.")),
        "urged": Kind(DECISION, "bell", _("{who} urged to act.")),
        "deadline_moved": Kind(OTHER, "clock", _("{who} changed the working calendar; the deadline moved.")),
        "message_resent": Kind(MESSAGE, "speech", _("{who} had a message sent again.")),
        "edited": Kind(OTHER, "pen", _("{who} corrected the complaint.")),
        "reorganised": Kind(
            OTHER, "arrow", _("{who} reorganised agencies or areas; the complaint went along.")
        ),
        "transition": Kind(DECISION, "arrow", _("{who} moved it to “{state}”.")),
    }


def boot(bootinfo) -> None:
    """Give the desk a few words for each kind of event, for lists of events (hook: extend_bootinfo)."""
    bootinfo.phanhoi_event_words = {code: _in_short(kind.sentence) for code, kind in kinds().items()}


def _in_short(sentence: str) -> str:
    """The sentence without the gaps that only a single event can fill."""
    gaps = {"{who}": "", "{to}": _("an agency"), "{state}": "…"}
    for gap, words in gaps.items():
        sentence = sentence.replace(gap, words)
    sentence = sentence.strip().rstrip(".")
    return sentence[:1].upper() + sentence[1:]


def timeline(complaint: str, last_readable: tuple | None = None) -> list[dict]:
    """The events as a person reads them, newest first. Asks no permission: the caller has.

    [{kind, group, sign, sentence, who, agency, at, changes: [sentence], quotes: [{text, to_citizen}]}]: `sentence`
    holds {who} where the name goes; `agency` is the agency for which he acted, if he did; `at` is local time.
    `last_readable`: (moment, sequence) after which nothing is told, see `access.scope.last_readable`.
    """
    known, citizen = kinds(), frappe.db.get_value("Complainant", complaint, "citizen_user")
    return [
        _told(event, known, citizen)
        for event in reversed(read.events(complaint))
        if last_readable is None or event.sequence <= last_readable[1]
    ]


def _told(event, known: dict[str, Kind], citizen: str | None) -> dict:
    by_citizen = event.actor_role == CITIZEN or event.actor in ("Guest", citizen)
    kind = known.get(event.kind) or Kind(OTHER, "dot", _("{who} recorded: {what}."))
    sentence = (by_citizen and kind.by_citizen) or kind.sentence
    gaps = {
        "{to}": _to(event, "agency") or _("an agency"),
        "{state}": _to(event, "workflow_state"),
        "{other}": _other(event),
        "{what}": str(_(event.kind.replace("_", " ").capitalize())),
    }
    for gap, value in gaps.items():
        sentence = sentence.replace(gap, value)
    return {
        "kind": event.kind,
        "group": kind.group,
        "sign": kind.sign,
        "sentence": sentence,
        "who": _("The citizen") if by_citizen else _who(event),
        "agency": "" if by_citizen else _agency(event),
        "at": str(event.at),
        "changes": _changes(event.changes, event.at),
        "quotes": _quotes(event, by_citizen),
    }


def _who(event) -> str:
    return event.actor_name or frappe.get_cached_value("User", event.actor, "full_name") or event.actor


def _agency(event) -> str:
    if not event.actor_agency:
        return ""
    return naming.name_at("Agency", event.actor_agency, event.at) or event.actor_agency


def _quotes(event, by_citizen: bool) -> list[dict]:
    # The reason of an ending is a code; its words are in the note.
    reason = "" if event.kind in ("refuse", "redirect") else event.reason
    quotes = [{"text": reason, "to_citizen": False}]
    if event.public_note != reason:
        quotes.append({"text": event.public_note, "to_citizen": not by_citizen and event.kind != "supply"})
    return [quote for quote in quotes if quote["text"]]


def _other(event) -> str:
    """The agency or complaint that an event is about beside its own."""
    if agency := event.changes.get("with"):
        return frappe.get_cached_value("Agency", agency, "agency_name") or agency
    number = event.changes.get("into") or event.changes.get("from") or ""
    return number if isinstance(number, str) else ", ".join(number)


def _to(event, field: str) -> str:
    """What a followed field went to with this event, as it is shown; empty when it did not change."""
    change = event.changes.get(field)
    df = frappe.get_meta("Complaint").get_field(field)
    return _shown(df, change[1], event.at) if isinstance(change, list) else ""


def _changes(changes: dict, at) -> list[str]:
    meta = frappe.get_meta("Complaint")
    lines, mentioned = [], []
    for field in sorted(changes, key=_place):
        change, df = changes[field], meta.get_field(field)
        # The phase says the same as the state, in the machine's words.
        if not df or field == "phase" or change == [None, "Undecided"]:
            continue
        if isinstance(change, str):
            mentioned.append(_(df.label))
            continue
        old, new = (_shown(df, value, at) for value in change)
        lines.append(f"{_(df.label)}: {old} → {new}" if change[0] is not None else f"{_(df.label)}: {new}")
    if mentioned:
        lines.append(_("Changed: {0}").format(", ".join(mentioned)))
    return lines


def rating_label(code: str) -> str:
    """What a level of the rating scale is called; the code itself when the level is gone."""
    label = frappe.db.get_value("Rating Level", {"level_code": code}, "label")
    return str(_(label)) if label else code


def _place(field: str) -> int:
    return FOLLOWED.index(field) if field in FOLLOWED else len(FOLLOWED)


def _shown(df, value, at) -> str:
    if value is None:
        return "–"
    if df.fieldname == "satisfaction":
        return rating_label(value)
    if df.fieldtype == "Datetime":
        return format_datetime(value, "HH:mm dd/MM/yyyy")
    if df.options in naming.TITLES:
        return naming.name_at(df.options, value, at) or value
    if df.fieldtype == "Link":
        title = frappe.get_meta(df.options).get_title_field()
        shown = frappe.get_cached_value(df.options, value, title) if title != "name" else None
        return str(_(shown or value))
    return str(_(str(value)))
