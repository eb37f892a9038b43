"""Empties the outbox: claims rows, sends each outside of any transaction, records what came of it."""

import random
import time
from datetime import timedelta

import frappe
from frappe.query_builder import DocType
from frappe.utils import cint, now_datetime

from phanhoi_app.channels import accounts, adapters, desk, email
from phanhoi_app.channels.base import NoChannel, Outgoing, Refused, Sent, TryLater
from phanhoi_app.messaging import outbox
from phanhoi_app.rules import traces

BATCH = 20
PAUSE = 0.5  # seconds between two looks into the outbox
LONGEST = 40  # seconds that one job goes on looking: less than the mark of a queued job stands
FIELDS = (
    "name",
    "complaint",
    "channel",
    "recipient_user",
    "segments",
    "attempts",
)
MOST_ATTEMPTS = 6
# A claim older than this belongs to a worker that died: its message may or may not have gone out.
CLAIM_MINUTES = 10
NO_CHANNEL = "not sent: no channel"
DEMO = "not sent: this site holds demo data, whose numbers may be somebody's"


def deliver() -> int:
    """Send what is due, until nothing is; returns how many messages were worked on."""
    release_abandoned()
    worked, until = 0, time.monotonic() + LONGEST
    # Starting a job costs a tenth of a second of a core, a message a few milliseconds: one that found work looks
    # again a little later instead of leaving each newcomer to a job of its own.
    while done := _empty():
        worked += done
        if time.monotonic() > until:
            break
        time.sleep(PAUSE)
    # While the mark stood, nobody queued another job. Whoever wrote a message before it fell relies on us to look
    # once more.
    frappe.cache.delete(frappe.cache.make_key(outbox.SENT_LATER))
    return worked + _empty()


def _empty() -> int:
    worked = 0
    while names := claim():
        for name in names:
            _send_one(name)
            worked += 1
    return worked


def claim() -> list[str]:
    """Take up to `BATCH` due messages for this worker; several workers never take the same one."""
    rows = frappe.db.sql(
        """select name from `tabMessage` where status = 'Queued' and next_attempt_on <= %s
        order by next_attempt_on limit %s for update skip locked""",
        (now_datetime(), BATCH),
    )
    names = [row[0] for row in rows]
    if names:
        frappe.db.sql(
            """update `tabMessage` set status = 'Sending', claimed_on = %s, attempts = attempts + 1
            where name in %s""",
            (now_datetime(), names),
        )
    frappe.db.commit()
    return names


def release_abandoned() -> None:
    """Queue again what a dead worker had claimed, marked as perhaps sent already."""
    frappe.db.sql(
        """update `tabMessage` set status = 'Queued', next_attempt_on = %s,
        status_note = 'a worker stopped while sending; this message may reach the recipient twice'
        where status = 'Sending' and claimed_on < %s""",
        (now_datetime(), now_datetime() - timedelta(minutes=CLAIM_MINUTES)),
    )
    frappe.db.commit()


def _send_one(name: str) -> None:
    message = frappe.db.get_value("Message", name, FIELDS, as_dict=True)
    message |= frappe.db.get_value("Letter", name, ("recipient", "subject", "text"), as_dict=True) or {}
    try:
        sent = _send(message)
    except NoChannel as error:
        _record(message, status="Not sent", status_note=str(error) or NO_CHANNEL)
    except Refused as error:
        _record(message, status="Failed", status_note=str(error))
    except TryLater as error:
        _retry(message, str(error))
    except Exception as error:  # one message must not hold up the others; it is on its row and in the log
        frappe.db.rollback()
        # Without the framework's own traceback, which holds the values: number and text of a citizen's message.
        frappe.log_error(title=f"Message {name}", message=traces.without_values(error))
        _retry(message, type(error).__name__)
    else:
        _record(
            message, status=sent.status, provider_id=sent.provider_id, sent_on=now_datetime(), status_note=""
        )
    frappe.db.commit()


def _send(message) -> Sent:
    if message.channel == "Desk":
        return desk.send(
            message.recipient_user, message.subject, message.text, "Complaint", message.complaint
        )
    settings = frappe.get_cached_doc("Phanhoi Settings")
    if cint(settings.demo):
        raise NoChannel(DEMO)
    if message.channel == "E-mail":
        return email.send(message.recipient, message.subject, message.text, letter=message.name)
    if cint(settings.max_segments) and message.segments > cint(settings.max_segments):
        raise Refused(f"{message.segments} segments, at most {settings.max_segments} are allowed")
    account = accounts.for_channel(message.channel)
    if not account:
        raise NoChannel
    return adapters.of(account).send(
        account, Outgoing(message.recipient, message.text, subject=message.subject or "", key=message.name)
    )


def _retry(message, reason: str) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        _record(message, status="Failed", status_note=reason)
        return
    # 1, 2, 4 … minutes, give or take a third: many that failed together do not come back together.
    minutes = 2 ** (message.attempts - 1) * random.uniform(0.67, 1.33)  # noqa: S311 - jitter, not a secret
    _record(
        message,
        status="Queued",
        status_note=reason,
        next_attempt_on=now_datetime() + timedelta(minutes=minutes),
    )


def _record(message, **values) -> None:
    table = DocType("Message")
    query = frappe.qb.update(table).set(table.modified, now_datetime())
    for column, value in values.items():
        query = query.set(table[column], value)
    query.where(table.name == message.name).run()
