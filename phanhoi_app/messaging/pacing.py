"""Which of the claimed messages go out now, and until when the others wait: quiet hours, and nobody is flooded."""

from collections import defaultdict

import frappe
from frappe.utils import now_datetime

from phanhoi_app.messaging import policy
from phanhoi_app.rules import sending

QUIET = "waits: quiet hours"
MANY = "waits: the recipient got several messages within an hour"
# Older letters of a person are not looked at: what was sent within the hour was written within these days.
DAYS = 4


def sort_out(worker: str, messages: list) -> list:
    """Those of the claimed messages (of one channel) that may go out; the others go back, in this transaction."""
    moment = now_datetime()
    limit = policy.limit(messages[0].channel)
    quiet = policy.quiet_until(moment) if limit.quiet else None
    got = _got(messages, moment) if limit.per_person else {}
    due = []
    for message in messages:
        if quiet and message.audience == "Citizen" and not message.any_hour:
            _wait(worker, message, quiet, QUIET)
            continue
        sent = got.get(_same(message.recipient))
        if sent is not None and message.audience == "Citizen":
            if free := sending.free_from(moment, sent, limit.per_person):
                _wait(worker, message, free, MANY)
                continue
            sent.append(moment)
        due.append(message)
    return due


def _got(messages: list, moment) -> dict[str, list]:
    """{recipient: when messages of this channel were sent to him within the hour}."""
    got: dict[str, list] = defaultdict(list)
    recipients = {message.recipient for message in messages if message.recipient}
    for recipient in recipients:
        got[_same(recipient)] = []
    if not recipients:
        return got
    rows = frappe.db.sql(
        """select letter.recipient, message.sent_on from `tabLetter` letter
        join `tabMessage` message on message.name = letter.name
        where letter.recipient in %s and letter.creation > %s and message.channel = %s and message.sent_on > %s""",
        (
            list(recipients),
            frappe.utils.add_days(moment, -DAYS),
            messages[0].channel,
            moment - sending.HOUR,
        ),
    )
    for recipient, sent_on in rows:
        got[_same(recipient)].append(sent_on)
    return got


def _same(recipient: str | None) -> str:
    """As the database compares: without regard to case."""
    return (recipient or "").strip().lower()


def _wait(worker: str, message, until, why: str) -> None:
    frappe.db.sql(
        """update `tabMessage` set status = 'Queued', claimed_by = null, next_attempt_on = %s, status_note = %s
        where name = %s and claimed_by = %s and status = 'Sending'""",
        (until, why, message.name, worker),
    )
