"""Which events are told to whom. Hangs on the document hooks of the complaint; custody knows nothing of it."""

import frappe
from frappe.utils import format_datetime, get_url

from phanhoi_app.custody.phases import ENDED
from phanhoi_app.messaging import outbox
from phanhoi_app.rules import codes

# phase that was entered → event, for the citizen and for the officers of the agency that holds it
TO_CITIZEN = {"waiting": "asked", "answered": "answered", "refused": "refused", "redirected": "redirected"}


def complaint_received(complaint, method: str | None = None) -> None:
    """Acknowledge to the citizen, with code and link (document hook: after_insert)."""
    if complaint.flags.imported:
        return  # a case of last year is not news to anybody
    outbox.queue(complaint, "received", "1", _to_citizen(complaint))
    if complaint.phase == "assigned":  # sealed: past the coordinating desk, straight to those who handle it
        outbox.queue(complaint, "assigned", "1", _to_officers(complaint))


def complaint_changed(complaint, method: str | None = None) -> None:
    """Tell those whom a change of phase or holder concerns (document hook: on_update)."""
    before = complaint.get_doc_before_save()
    if before is None or complaint.flags.imported:
        return
    occasion = str(complaint.modified)
    if complaint.phase != before.phase and (event := TO_CITIZEN.get(complaint.phase)):
        note = complaint.flags.told_citizen or ""
        outbox.queue(complaint, event, occasion, _to_citizen(complaint, note))
    if complaint.phase in ENDED:
        return
    if complaint.reopened_count != before.reopened_count:
        outbox.queue(complaint, "reopened", occasion, _to_officers(complaint))
    elif complaint.agency != before.agency and complaint.phase == "assigned":
        outbox.queue(complaint, "assigned", occasion, _to_officers(complaint))
    elif before.phase == "approval" and complaint.phase == "processing":
        outbox.queue(complaint, "sent_back", occasion, _to_officers(complaint, only=complaint.officer))


def tell_citizen(complaint, event: str, occasion: str, note: str = "") -> None:
    """Tell the citizen of something other than a change of phase; `occasion` tells it from another of its kind."""
    outbox.queue(complaint, event, occasion, _to_citizen(complaint, note))


def tell_members(complaint, event: str, occasion: str, users: list[str], note: str = "") -> None:
    """Leave a note in the desk for these people."""
    values = _values(complaint, note)
    values |= {"code": "", "link": values["desk_link"]}
    letter = {"audience": "Officer", "channel": "Desk", "values": values}
    outbox.queue(complaint, event, occasion, [letter | {"recipient": u, "recipient_user": u} for u in users])


def _to_citizen(complaint, note: str = "") -> list[dict]:
    identity = complaint.identity
    values = _values(complaint, note)
    letter = {"audience": "Citizen", "values": values, "recipient_user": identity.citizen_user}
    if identity.citizen_phone:
        return [letter | {"channel": "SMS", "recipient": identity.citizen_phone}]
    if identity.citizen_email:
        return [letter | {"channel": "E-mail", "recipient": identity.citizen_email}]
    return []


def _to_officers(complaint, only: str | None = None) -> list[dict]:
    """A note in the desk for each officer and leader of the agency, and an SMS where a mobile number is known."""
    if not complaint.agency:
        return []
    values = _values(complaint)
    # The code opens the citizen's own page: officers do not get it.
    values |= {"code": "", "link": values["desk_link"]}
    letters = []
    for member in frappe.get_cached_doc("Agency", complaint.agency).members:
        if member.duty not in ("Officer", "Leader") or (only and member.user != only):
            continue
        letter = {"audience": "Officer", "values": values, "recipient_user": member.user}
        letters.append(letter | {"channel": "Desk", "recipient": member.user})
        if member.phone:
            letters.append(letter | {"channel": "SMS", "recipient": member.phone})
    return letters


def _values(complaint, note: str = "") -> dict:
    settings = frappe.get_cached_doc("Phanhoi Settings")
    return {
        "number": complaint.name,
        "title": complaint.title,
        "code": codes.grouped(complaint.tracking_code),
        "link": get_url(f"/tra-cuu/{complaint.tracking_code}"),
        "desk_link": get_url(f"/app/complaint/{complaint.name}"),
        "due_on": format_datetime(complaint.due_on, "HH:mm dd/MM/yyyy") if complaint.due_on else "",
        "agency": frappe.get_cached_value("Agency", complaint.agency, "agency_name")
        if complaint.agency
        else "",
        "field": frappe.get_cached_value("Field", complaint.field, "field_name"),
        "province": settings.province_name or "",
        "portal": settings.portal_title or "",
        "note": note,
        "hotline": settings.hotline or "",
    }
