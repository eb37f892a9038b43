"""States and answers for another portal, and from it: by the number that it gave, each change once.

A mark beside each complaint (DocType Exchange Mark, read by nobody) says up to which event it was sent, and what of the
other side's was taken.
"""

import hashlib

import frappe
from frappe.query_builder import DocType
from frappe.utils import get_datetime

from phanhoi_app.access import identity, scope
from phanhoi_app.custody import phases
from phanhoi_app.custody.verb import agency_name
from phanhoi_app.history import record, rows
from phanhoi_app.history.now import now
from phanhoi_app.messaging import notices
from phanhoi_app.rules import harmless, redaction, text

MARK = "Exchange Mark"
# How each portal's numbers begin in a map of the importer: "national:H56-2026-0123".
SOURCES = {"National portal": "national", "Provincial portal": "provincial"}
COLUMNS = (
    *("external_number", "number", "status", "phase", "agency", "received_at", "due_on", "answered_on"),
    *("answer", "document_number", "document_date", "signer", "updated_at"),
)
PERSONAL = ("citizen_name", "citizen_phone", "citizen_email", "citizen_address")
MOST_ROWS = 5_000  # of one exchange: what is left over is the next one's
LONGEST = 5000


def outside_number(reference: str) -> str:
    """The portal's number of a reference, without the source's name before it."""
    source, colon, number = reference.partition(":")
    return number if colon and source in SOURCES.values() else reference


def outgoing(channel: str, since=None, everything: bool = False) -> list[str]:
    """Numbers of the complaints of a channel whose news the portal does not have, that the session's user sees.

    `since`: only those changed from that day on; `everything`: also those that were sent already. Oldest change first.
    """
    complaint, mark = DocType("Complaint"), DocType(MARK)
    query = (
        frappe.qb.from_(complaint)
        .left_join(mark)
        .on(mark.name == complaint.name)
        .select(complaint.name)
        .where((complaint.channel == channel) & complaint.external_reference.isnotnull())
        .orderby(complaint.modified)
        .limit(MOST_ROWS)
    )
    if not everything:
        query = query.where(mark.sent_until.isnull() | (mark.sent_until < complaint.event_count))
    if since:
        query = query.where(complaint.modified >= get_datetime(since))
    criterion = scope.complaint_criterion(frappe.session.user)
    if criterion is not None:
        query = query.where(criterion)
    return [row[0] for row in query.run()]


def table(names: list[str], exchange: str, personal: bool = False, reason: str = "") -> list[list]:
    """Header and rows for the complaints, marked as sent in the caller's transaction.

    `personal`: with name, phone, e-mail and address, where the session's user may open them; each is noted in the
    history with the reason.
    """
    found = [[*COLUMNS, *(PERSONAL if personal else ())]]
    for name in names:
        complaint = frappe.get_doc("Complaint", name, for_update=True)
        row = [_cell(value) for value in _values(complaint)]
        if personal:
            row += _opened(complaint, reason)
        found.append(row)
        record.append(name, record.Event("exported", reason=exchange))
        _mark(name, exchange)
    return found


def take(channel: str, told: list[dict], exchange: str) -> dict:
    """Take in what the other portal says of its complaints; {taken, known, missing: [number]}.

    Each of `told` is {external_number, status, answer?, date?}. The same words are taken once. Who was redirected
    there is told what became of it.
    """
    result = {"taken": 0, "known": 0, "missing": []}
    for row in told:
        number = text.clean_typed(str(row.get("external_number") or ""))
        name = _of(channel, number)
        if not name:
            result["missing"].append(number)
            continue
        said = _said(row)
        digest = hashlib.sha256(said.encode()).hexdigest()[:32]
        complaint = frappe.get_doc("Complaint", name, for_update=True)
        if not said or frappe.db.get_value(MARK, name, "taken") == digest:
            result["known"] += 1
            continue
        record.append(name, record.Event("outside_status", reason=exchange, public_note=said))
        if complaint.phase == "redirected":
            notices.tell_citizen(complaint, "written", digest, said)
        _set(name, taken=digest, taken_on=now())
        result["taken"] += 1
    return result


def _values(complaint) -> list:
    answered = complaint.phase in phases.ANSWERED
    return [
        outside_number(complaint.external_reference),
        complaint.name,
        frappe._(complaint.workflow_state),
        complaint.phase,
        agency_name(complaint.agency),
        complaint.received_at,
        complaint.due_on,
        complaint.answered_on,
        complaint.answer_text if answered else "",
        complaint.answer_document_number if answered else "",
        complaint.answer_date if answered else None,
        complaint.answer_signer if answered else "",
        complaint.modified,
    ]


def _cell(value) -> str:
    if value is None:
        return ""
    if hasattr(value, "isoformat"):
        return value.isoformat(sep=" ", timespec="seconds") if hasattr(value, "hour") else value.isoformat()
    shown = str(value)
    # A spreadsheet would take it for a formula.
    return f"'{shown}" if shown[:1] in ("=", "+", "-", "@", "\t") else shown


def _opened(complaint, reason: str) -> list[str]:
    if identity.refused(complaint):
        return [""] * len(PERSONAL)
    kept = identity.of(complaint.name)
    record.append(complaint.name, record.Event("identity_opened", reason=reason))
    return [_cell(kept[key]) for key in PERSONAL]


def _of(channel: str, number: str) -> str | None:
    """The complaint with this number of theirs, or of ours, that the session's user sees."""
    if not number:
        return None
    references = [number, f"{SOURCES[channel]}:{number}"]
    by_theirs = frappe.get_list(
        "Complaint", {"channel": channel, "external_reference": ("in", references)}, pluck="name", limit=1
    )
    found = by_theirs or frappe.get_list("Complaint", {"name": number}, pluck="name", limit=1)
    return found[0] if found else None


def _said(row: dict) -> str:
    parts = [row.get("status"), row.get("answer")]
    told = "\n".join(text.clean_typed(str(part)) for part in parts if part)
    return harmless.text(redaction.redact(told, []))[:LONGEST]


def _mark(name: str, exchange: str) -> None:
    # The event that tells of the sending is no news to the portal.
    count = frappe.db.get_value("Complaint", name, "event_count")
    _set(name, sent_until=count, sent_on=now(), exchange=exchange)


def _set(name: str, **values) -> None:
    moment = now()
    own = {"name": name, "owner": "Administrator", "modified_by": "Administrator", "docstatus": 0, "idx": 0}
    empty = {"sent_until": 0, "sent_on": None, "exchange": None, "taken": None, "taken_on": None}
    rows.insert(MARK, [own | {"creation": moment, "modified": moment} | empty], ignore_duplicates=True)
    frappe.db.set_value(MARK, name, values)
