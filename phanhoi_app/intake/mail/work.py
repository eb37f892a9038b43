"""What becomes of a mail: an answer to one of ours, a complaint, a question back to its sender, or nothing.

`intake.inbound` calls `hear` in a transaction of its own and keeps the outcome on the Inbound Message.
"""

import json
from datetime import timedelta
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import cint

from phanhoi_app.access import identity
from phanhoi_app.channels import accounts
from phanhoi_app.custody import citizen
from phanhoi_app.history.now import now
from phanhoi_app.intake import papers, photos, receive
from phanhoi_app.intake.errors import InvalidSubmission
from phanhoi_app.intake.mail import draft, inbox, threads
from phanhoi_app.intake.photos import Upload
from phanhoi_app.messaging import notices, outbox, returns
from phanhoi_app.rules.mail import body, kinds, reading
from phanhoi_app.rules.mail.reading import Mail

DONE, IGNORED, WAITING, FAILED = "Done", "Ignored", "Waiting", "Failed"
CHANNEL = "E-mail"
MOST_AN_HOUR = 20  # mails of one sender that become something


class Outcome(NamedTuple):
    """The status of the Inbound Message, and why in words that hold nothing of the mail."""

    status: str
    reason: str = ""


def hear(message: str, account, raw: bytes | None, as_it_is: bool = False) -> Outcome:
    """Work on one mail, in the caller's transaction. Raises only what another try may cure.

    `as_it_is`: an official has decided that it is filed although name or address are missing.
    """
    if raw is None:
        return Outcome(IGNORED, "the mail is not kept any more")
    mail = reading.read(raw)
    if returned := _returned(mail):
        return returned
    own = _own_addresses(account)
    why = kinds.automatic(mail, own) or (kinds.LOOP if threads.is_ours(mail) else "")
    if why:
        return Outcome(IGNORED, f"not from a person: {why}")
    if not mail.sender:
        return Outcome(FAILED, "the mail names no sender")
    if not as_it_is and _too_many(message):
        return Outcome(FAILED, f"more than {MOST_AN_HOUR} mails from one sender in an hour")
    _note_checks(message, mail)
    before = frappe.session.user
    # The citizen acts, not the worker's account.
    frappe.set_user("Guest")
    try:
        if answered := threads.answered(mail):
            return _answer(message, account, mail, answered)
        return _file(message, account, mail, draft.of(mail), as_it_is=as_it_is)
    finally:
        frappe.set_user(before)


def file_as_it_is(message: str) -> str:
    """Make a complaint of a mail that waits, without what is missing; the new status. The caller has asked the
    permission."""
    row = frappe.db.get_value(
        "Inbound Message", message, ["status", "account"], as_dict=True, for_update=True
    )
    if not row or row.status != WAITING:
        frappe.throw(_("This mail does not wait (any more): reload and look again."))
    raw = inbox.raw_of(message)
    if raw is None:
        frappe.throw(_("This mail is not kept any more."))
    told = json.loads(frappe.db.get_value(inbox.LETTERS, message, "event") or "{}")
    mail = reading.read(raw)
    before = frappe.session.user
    frappe.set_user("Guest")
    try:
        values = told.get("values") or draft.of(mail)
        outcome = _file(message, accounts.get(row.account), mail, values, as_it_is=True)
    finally:
        frappe.set_user(before)
    frappe.db.set_value("Inbound Message", message, {"status": outcome.status, "reason": outcome.reason})
    return outcome.status


def _returned(mail: Mail) -> Outcome | None:
    report = kinds.bounce(mail)
    if report is None:
        return None
    message = threads.returned(mail)
    if message is None:
        return Outcome(IGNORED, "a delivery report about no message of ours")
    if report.final:
        returns.came_back(message.name, report.reason)
    return Outcome(DONE, "a delivery report" if report.final else "a delivery report: delayed")


def _answer(message: str, account, mail: Mail, answered) -> Outcome:
    if not answered.complaint:
        return _complete(message, account, mail, answered)
    said = body.split(mail.text).own
    uploads = _uploads(mail)
    if not said and not uploads:
        return Outcome(IGNORED, "the answer is empty")
    kept = identity.of(answered.complaint)
    another = (kept.citizen_email or "").lower() != mail.sender
    complaint = citizen.write(
        answered.complaint, said or _("(only files)", lang="vi"), CHANNEL, from_another=another
    )
    _belongs_to(message, complaint.name)
    _attach(complaint, mail, message)
    return Outcome(DONE)


def _complete(message: str, account, mail: Mail, answered) -> Outcome:
    """The answer to our question for name and address: the first mail becomes a complaint, or is asked about again."""
    first = frappe.db.get_value(
        inbox.LETTERS, {"asked": answered.name}, ["name", "event", "complaint"], as_dict=True
    )
    if not first:
        # What it answers is not kept any more: it stands for itself.
        return _file(message, account, mail, draft.of(mail))
    if first.complaint:
        complaint = citizen.write(first.complaint, body.split(mail.text).own, CHANNEL)
        _belongs_to(message, complaint.name)
        _attach(complaint, mail, message)
        return Outcome(DONE)
    told = json.loads(first.event or "{}")
    values = draft.added(told.get("values") or {}, mail)
    raw = inbox.raw_of(first.name)
    earlier = _uploads(reading.read(raw)) if raw else []
    outcome = _file(
        first.name, account, mail, values, files=[*earlier, *_uploads(mail)], times=told.get("times", 1)
    )
    frappe.db.set_value("Inbound Message", first.name, {"status": outcome.status, "reason": outcome.reason})
    if complaint := frappe.db.get_value(inbox.LETTERS, first.name, "complaint"):
        _belongs_to(message, complaint)
    return Outcome(DONE if outcome.status in (DONE, WAITING) else outcome.status, outcome.reason)


def _file(message, account, mail: Mail, values: dict, files=None, as_it_is=False, times=0) -> Outcome:
    files = _uploads(mail) if files is None else files
    missing = [] if as_it_is else draft.missing(values)
    if missing:
        return _ask(message, mail, values, missing, times)
    if not account.conversation_field:
        return Outcome(FAILED, "the account names no field for what comes by it")
    good, documents, refused = papers.sort(files)
    try:
        complaint = receive.receive(
            values | {"field": account.conversation_field},
            channel=CHANNEL,
            photos=good,
            idempotency_key=f"{inbox.KIND}:{message}",
            by_clerk=True,
        )
    except InvalidSubmission as error:
        # A phone number that is none, say: the rest is good enough to work on.
        wrong = [key for key in error.errors if key in ("citizen_phone", "citizen_email", "occurred_at")]
        if wrong and len(wrong) == len(error.errors):
            less = {key: value for key, value in values.items() if key not in wrong}
            return _file(message, account, mail, less, files, as_it_is, times)
        if set(error.errors) <= {"title", "content"}:
            return _ask(message, mail, values, ["content"], times)
        return Outcome(FAILED, " ".join(error.errors.values())[:500])
    papers.attach(complaint.name, documents)
    _belongs_to(message, complaint.name)
    _tell_refused(complaint, refused, message, mail.sender)
    return Outcome(DONE)


def _ask(message: str, mail: Mail, values: dict, missing: list[str], times: int) -> Outcome:
    """Ask the sender for what is missing, twice at most; the mail waits for the answer."""
    told = {"values": values, "missing": missing, "times": times + 1}
    frappe.db.set_value(inbox.LETTERS, message, "event", json.dumps(told, ensure_ascii=False))
    if times >= 2:
        return Outcome(WAITING, "asked twice; an official decides")
    words = {
        "citizen_name": _("full name", lang="vi"),
        "citizen_address": _("address of residence", lang="vi"),
        "content": _("what happened, and where", lang="vi"),
    }
    settings = frappe.get_cached_doc("Phanhoi Settings")
    letter = {
        "audience": "Citizen",
        "channel": CHANNEL,
        "recipient": mail.sender,
        "values": {
            "note": ", ".join(words[key] for key in missing),
            "portal": settings.portal_title or "",
            "province": settings.province_name or "",
            "hotline": settings.hotline or "",
            "link": frappe.utils.get_url("/"),
        },
    }
    occasion = f"{message}-{times + 1}"
    outbox.queue(None, "mail_incomplete", occasion, [letter])
    asked = frappe.db.get_value(
        "Message", {"event": "mail_incomplete", "dedupe_key": ("like", f"-:mail_incomplete:{occasion}:%")}
    )
    frappe.db.set_value(inbox.LETTERS, message, "asked", asked)
    return Outcome(WAITING, "asked for: " + ", ".join(missing))


def _attach(complaint, mail: Mail, message: str) -> None:
    uploads = _uploads(mail)
    good, documents, refused = papers.sort(uploads)
    photos.attach(complaint.name, [photos.clean(each) for each in good])
    since = frappe.db.count(
        "File",
        {
            "attached_to_doctype": "Complaint",
            "attached_to_name": complaint.name,
            "attached_to_field": papers.CITIZEN_PAPERS,
        },
    )
    papers.attach(complaint.name, documents, since)
    _tell_refused(complaint, refused, message, mail.sender)


def _tell_refused(complaint, refused: list[str], message: str, sender: str) -> None:
    if refused:
        notices.tell_by_mail(complaint, "mail_files", message, sender, "\n".join(refused))


def _uploads(mail: Mail) -> list[Upload]:
    return [Upload(file.filename or _("unnamed"), file.content) for file in mail.attachments]


def _belongs_to(message: str, complaint: str) -> None:
    frappe.db.set_value(inbox.LETTERS, message, "complaint", complaint)


def _note_checks(message: str, mail: Mail) -> None:
    said = ", ".join(f"{name.upper()}: {result}" for name, result in sorted(mail.checks.items()))
    frappe.db.set_value("Inbound Message", message, "checks", said[:140])


def _too_many(message: str) -> bool:
    conversation = frappe.db.get_value("Inbound Message", message, "conversation")
    since = now() - timedelta(hours=1)
    worked = {"conversation": conversation, "status": ("in", (DONE, WAITING)), "received_on": (">", since)}
    return cint(frappe.db.count("Inbound Message", worked)) >= MOST_AN_HOUR


def _own_addresses(account) -> tuple[str, ...]:
    """All addresses from which this site writes, and at which it takes mails."""
    found = frappe.get_all("Email Account", pluck="email_id")
    return tuple(address for address in found if address)
