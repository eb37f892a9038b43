"""Letters on paper and over the counter: registered with number and date, scanned, receipted."""

import json
from pathlib import Path

import frappe
import segno
from frappe import _
from frappe.utils import add_to_date, format_datetime, get_datetime, get_url, getdate
from werkzeug.wrappers import Response

from phanhoi_app.access import identity
from phanhoi_app.history import record
from phanhoi_app.history.now import now
from phanhoi_app.intake import papers, receive
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.photos import Upload
from phanhoi_app.rules import codes, text

DOCTYPE = "Incoming Letter"
# What the form asks for and the book does not keep.
OF_THE_COMPLAINT = (
    *("title", "content", "field", "kind", "area", "address", "identity_wish"),
    *("citizen_name", "citizen_address", "citizen_phone", "citizen_email"),
)
LONGEST_NUMBER = 100
MOST_SCANS = 20
RECEIPT_HOURS = 24


def register(letter) -> None:
    """Make the complaint of a letter that is about to be inserted, and leave the line of the book in the document.

    Raises InvalidSubmission (422) with a sentence for each field that is wrong; then nothing is written.
    """
    errors = _check(letter)
    uploads = _uploads(letter, errors)
    good, documents, refused = papers.sort(uploads)
    if refused:
        errors["scans"] = " ".join(refused)
    values = {key: letter.get(key) for key in OF_THE_COMPLAINT}
    try:
        if errors:
            raise InvalidSubmission(errors)
        complaint = receive.receive(values, channel=letter.channel, photos=good, by_clerk=True)
    except InvalidSubmission as error:
        frappe.msgprint(list(error.errors.values()), title=_("Please correct"), indicator="red", as_list=True)
        raise
    papers.attach(complaint.name, documents)
    letter.complaint = complaint.name
    letter.sender_masked = complaint.citizen_masked
    letter.registered_by = frappe.session.user
    for key in (*OF_THE_COMPLAINT, "known"):
        letter.set(key, None)


def drop_uploads(letter) -> None:
    """Remove what was uploaded: the complaint holds its own copy, made anew."""
    for name in _named(letter.scans):
        frappe.delete_doc("File", name, ignore_permissions=True, force=True)
    letter.db_set("scans", None, update_modified=False)


@frappe.whitelist()
def already_registered(letter_number: str, letter_date: str | None = None) -> str | None:
    """The line of the book with this number and date that the user may see; None when there is none."""
    if not frappe.has_permission(DOCTYPE, "create"):
        raise frappe.PermissionError
    day = getdate(letter_date) if letter_date else ("is", "not set")
    found = frappe.get_list(
        DOCTYPE, {"letter_number": text.clean_typed(letter_number), "letter_date": day}, pluck="name", limit=1
    )
    return found[0] if found else None


def receipt_refused(letter) -> str | None:
    """Why the session's user does not get the receipt, as a sentence; None when he does.

    It bears the code that opens the citizen's own page: only whoever has just taken the letter in hands it over.
    """
    if letter.registered_by != frappe.session.user:
        return _("Only whoever registered the letter prints its receipt.")
    if now() > add_to_date(get_datetime(letter.creation), hours=RECEIPT_HOURS):
        return _("The receipt is printed within {0} hours of the registration.").format(RECEIPT_HOURS)
    return None


@frappe.whitelist()
def receipt(letter: str) -> Response:
    """The receipt of a letter as a page to print, with code and QR; the history notes each time.

    Raises frappe.PermissionError (403) for anybody but who registered it.
    """
    doc = frappe.get_doc(DOCTYPE, letter)
    doc.check_permission("read")
    if refused := receipt_refused(doc):
        raise frappe.PermissionError(refused)
    complaint = frappe.get_doc("Complaint", doc.complaint)
    record.append(complaint.name, record.Event("receipt_printed"))
    # A page that is read leaves a trace: the framework would roll a GET back.
    frappe.db.commit()
    return Response(
        _page(doc, complaint), content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _page(letter, complaint) -> str:
    settings = frappe.get_cached_doc("Phanhoi Settings")
    link = get_url(f"/tra-cuu/{complaint.tracking_code}")
    kept = identity.of(complaint.name)
    return frappe.render_template(
        "phanhoi_app/templates/letters/receipt.html",
        {
            "province": settings.province_name or "",
            "portal": settings.portal_title or "",
            "hotline": settings.hotline or "",
            "number": complaint.name,
            "line": letter.name,
            "letter_number": letter.letter_number or "",
            "letter_date": getdate(letter.letter_date).strftime("%d/%m/%Y") if letter.letter_date else "",
            "received": format_datetime(complaint.received_at, "HH:mm dd/MM/yyyy"),
            "due_on": format_datetime(complaint.due_on, "HH:mm dd/MM/yyyy") if complaint.due_on else "",
            "title": kept.typed_title or complaint.title,
            "sender": kept.citizen_name or "",
            "clerk": frappe.utils.get_fullname(letter.registered_by),
            "code": codes.grouped(complaint.tracking_code),
            "link": link,
            "qr": segno.make(link, error="m", micro=False).svg_inline(scale=4, border=2),
        },
    )


def _check(letter) -> dict[str, str]:
    errors = {}
    letter.letter_number = text.clean_typed(letter.letter_number or "")
    if len(letter.letter_number) > LONGEST_NUMBER:
        errors["letter_number"] = _("{0} is too long: at most {1} characters.").format(
            _("Number on the Letter"), LONGEST_NUMBER
        )
    today = now().date()
    if letter.channel not in ("Counter", "Paper"):
        errors["channel"] = _("Please choose how the letter came: on paper or over the counter.")
    for field in ("letter_date", "received_on"):
        if letter.get(field) and getdate(letter.get(field)) > today:
            errors[field] = _("{0} lies in the future: please correct it.").format(
                _(letter.meta.get_label(field))
            )
    letter.received_on = letter.received_on or today
    if letter.letter_date and getdate(letter.letter_date) > getdate(letter.received_on):
        errors.setdefault(
            "letter_date", _("The date on the letter lies after the day on which it was received.")
        )
    return errors


def _named(scans: str | None) -> list[str]:
    try:
        rows = json.loads(scans or "[]")
    except ValueError:
        return []
    rows = rows if isinstance(rows, list) else []
    return [str(row["name"]) for row in rows if isinstance(row, dict) and row.get("name")][:MOST_SCANS]


def _uploads(letter, errors) -> list[Upload]:
    """The files that this user has uploaded for the letter, and nobody else's."""
    found = []
    for name in _named(letter.scans):
        own = {
            "name": name,
            "owner": frappe.session.user,
            "is_private": 1,
            "attached_to_doctype": ("is", "not set"),
        }
        row = frappe.db.get_value("File", own, ["name", "file_name"], as_dict=True)
        if not row:
            errors["scans"] = _("A file of the scan is not there (any more): add it again.")
            continue
        content = Path(frappe.get_doc("File", row.name).get_full_path()).read_bytes()
        found.append(Upload(row.file_name, content))
    return found
