"""The history in words that an officer reads: what happened, who did it, what changed."""

import frappe
from frappe import _
from frappe.utils import format_datetime

from phanhoi_app.history import read
from phanhoi_app.history.record import FOLLOWED


def timeline(complaint: str, last_readable: tuple | None = None) -> list[dict]:
    """[{what, who, at, changes: [sentence], said}], newest first. Asks no permission: the caller has.

    `last_readable`: (moment, sequence) after which nothing is told, see `access.scope.last_readable`.
    """
    return [
        {
            "what": _what(event),
            "who": _who(event),
            "at": str(event.at),
            "changes": _changes(event.changes),
            "said": _said(event),
        }
        for event in reversed(read.events(complaint))
        if last_readable is None or event.sequence <= last_readable[1]
    ]


def _what(event) -> str:
    words = {
        "received": _("Received"),
        "imported": _("Imported"),
        "accept": _("Accepted"),
        "ask": _("Asked the citizen"),
        "supply": _("The citizen replied"),
        "refuse": _("Refused"),
        "redirect": _("Redirected"),
        "assign": _("Assigned to an agency"),
        "take": _("Taken in hand"),
        "return": _("Returned to the coordinating desk"),
        "submit": _("Answer sent for approval"),
        "answer": _("Answered"),
        "approve": _("Answer approved"),
        "send_back": _("Answer sent back"),
        "close": _("Closed"),
        "reopen": _("Reopened by the citizen"),
        "rate": _("Rated by the citizen"),
        "publish": _("Published"),
        "withhold": _("Withheld from the public"),
        "identity_opened": _("Opened the citizen's identity"),
        "identity_corrected": _("Corrected the citizen's identity"),
        "edited": _("Edited"),
        "transition": _("State changed"),
    }
    return words.get(event.kind, event.kind)


def _who(event) -> str:
    if event.actor_role == "Citizen" or event.actor == "Guest":
        return _("Citizen")
    return frappe.get_cached_value("User", event.actor, "full_name") or event.actor


def _said(event) -> str:
    if event.kind in ("refuse", "redirect"):  # the reason is a code there; its words are in the note
        return event.public_note or ""
    return "\n".join(part for part in (event.reason, event.public_note) if part)


def _changes(changes: dict) -> list[str]:
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
        old, new = (_shown(df, value) for value in change)
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


def _shown(df, value) -> str:
    if value is None:
        return "–"
    if df.fieldname == "satisfaction":
        return rating_label(value)
    if df.fieldtype == "Datetime":
        return format_datetime(value, "HH:mm dd/MM/yyyy")
    if df.fieldtype == "Link":
        title = frappe.get_meta(df.options).get_title_field()
        shown = frappe.get_cached_value(df.options, value, title) if title != "name" else None
        return str(_(shown or value))
    return str(_(str(value)))
