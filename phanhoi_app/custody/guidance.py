"""The letter that guides a citizen to where a complaint in law or a denunciation is handled: its words, for the
print format and for the message. It names nobody.
"""

import frappe
from frappe import _
from frappe.utils import getdate

from phanhoi_app.custody.refusals import LEGAL
from phanhoi_app.custody.verb import agency_name
from phanhoi_app.history import read
from phanhoi_app.history.now import now

LAWS = {"Legal complaint": "Luật Khiếu nại", "Denunciation": "Luật Tố cáo"}


def letter(complaint) -> dict:
    """{superior, agency, number, place, day, month, year, subject, received_on, body: [paragraph], is_sent}.

    The letter is Vietnamese whatever the reader's language: it is the province's own document.
    """
    settings = frappe.get_cached_doc("Phanhoi Settings")
    told = [event for event in read.events(complaint.name) if event.kind in ("redirect", "refuse")]
    sent = told[-1] if told and complaint.phase == "redirected" else None
    day = getdate(sent.at if sent else now())
    agency = frappe.get_cached_doc("Agency", complaint.agency) if complaint.agency else frappe._dict()
    return {
        "superior": agency_name(agency.parent_agency)
        if agency.parent_agency
        else settings.province_name or "",
        "agency": agency.agency_name or settings.portal_title or "",
        "number": complaint.name,
        "place": settings.province_name or "",
        "day": f"{day.day:02d}",
        "month": f"{day.month:02d}" if day.month < 3 else str(day.month),
        "year": day.year,
        "received_on": getdate(complaint.received_at).strftime("%d/%m/%Y"),
        "kind": _(complaint.kind, lang="vi").lower(),
        "law": LAWS.get(complaint.kind, ""),
        "body": _body(complaint, sent.public_note if sent else ""),
        "hotline": settings.hotline or "",
        "is_sent": bool(sent),
    }


def _body(complaint, told: str) -> list[str]:
    """What the citizen was told, without what the letter's own sentences say already."""
    label = frappe.db.get_value("Refusal Reason", complaint.refusal_reason, "label")
    said = {opening(complaint), label if complaint.kind in LEGAL else None}
    return [line for line in told.split("\n") if line.strip() and line not in said]


def opening(complaint) -> str:
    """The sentence with which the message to the citizen begins, for what follows a law of its own; else empty."""
    if complaint.kind not in LEGAL:
        return ""
    sentence = _("What you sent is a {0} and follows {1}: it is not handled as feedback.", lang="vi")
    return sentence.format(_(complaint.kind, lang="vi").lower(), LAWS[complaint.kind])
