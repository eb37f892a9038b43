"""The one way in: every channel hands over what it was told, and gets a complaint with a number and a code."""

import hashlib
from collections.abc import Callable

import frappe

from phanhoi_app.history.record import CITIZEN, Event
from phanhoi_app.intake import check
from phanhoi_app.intake import photos as photo_room
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.photos import BadPhoto, Upload


def receive(
    values: dict,
    *,
    channel: str,
    answers: dict[str, str] | None = None,
    photos: list[Upload] | None = None,
    idempotency_key: str | None = None,
    offered: tuple[str, ...] = (),
    admit: Callable[[dict], None] | None = None,
    by_clerk: bool = False,
    severity: str | None = None,
    chat: tuple[str, str] | None = None,
):
    """File a complaint and return it; the caller commits before showing a receipt.

    `values` are what the sender says (only `check.ALLOWED` and `offered` are read), `answers` the field's extra
    questions by code, `offered` the names of fields that an administrator added and the sender's form shows.
    `admit` gets the clean values once all is well and may still refuse by raising InvalidSubmission (a limit).
    `by_clerk`: an official writes down what is told, in a letter or a mail too: the sender may stay unknown;
    `severity` is that official's.
    `chat`: (Channel Account, the person's id there) of who tells it in a conversation: the answer goes there, so that
    name, phone and the extra questions may be missing.
    The same `idempotency_key` on the same channel gives the same complaint: a double tap files once.
    Raises InvalidSubmission (422) with a sentence for each wrong field; then nothing is written.
    """
    key = reference(idempotency_key)
    if key and (earlier := _filed(channel, key)):
        return earlier
    clean, details, clean_photos = _checked(
        values, answers, photos or [], offered, by_clerk=by_clerk or bool(chat)
    )
    if admit:
        admit(clean)
    # The insert fills in the defaults, as `new_doc` would do once more.
    complaint = frappe.get_doc({"doctype": "Complaint", **clean})
    complaint.flags.chat = chat
    complaint.update({"channel": channel, "question_answers": details, "external_reference": key})
    if severity:
        complaint.severity = severity
    if frappe.session.user != "Guest" and channel in ("Web", "Mobile app"):
        complaint.citizen_user = frappe.session.user
    try:
        insert(complaint, Event("received", actor_role=CITIZEN if complaint.citizen_user else None))
    except frappe.UniqueValidationError:
        # Two taps at the same moment: the other one has filed it.
        frappe.db.rollback()
        frappe.clear_messages()
        if earlier := _filed(channel, key):
            return earlier
        raise
    photo_room.attach(complaint.name, clean_photos)
    return complaint


def insert(complaint, event: Event | None = None):
    """Insert a checked complaint, whoever is at the door: intake is where people without an account may write."""
    complaint.flags.checked = True
    complaint.flags.event = event or Event("received")
    complaint.flags.ignore_permissions = True
    # The check has looked up field and area; the rest is set by code.
    complaint.flags.ignore_links = True
    complaint.insert()
    return complaint


def reference(key: str | None) -> str | None:
    """What a complaint keeps of the key under which it was filed."""
    return hashlib.sha256(key.encode()).hexdigest()[:32] if key else None


def _filed(channel: str, reference: str):
    rows = frappe.db.sql(
        "select name from `tabComplaint` where channel = %s and external_reference = %s", (channel, reference)
    )
    return frappe.get_doc("Complaint", rows[0][0]) if rows else None


def _checked(values, answers, uploads, offered, by_clerk=False) -> tuple[dict, str, list[bytes]]:
    """Check text and photos together, so that the sender learns of all that is wrong at once."""
    errors, clean, details, clean_photos = {}, {}, "[]", []
    try:
        clean, details = check.submission(values, answers, by_clerk=by_clerk, offered=offered)
    except InvalidSubmission as error:
        errors |= error.errors
    try:
        clean_photos = photo_room.check(uploads)
    except BadPhoto as error:
        errors["photos"] = str(error)
    if errors:
        raise InvalidSubmission(errors)
    return clean, details, clean_photos
