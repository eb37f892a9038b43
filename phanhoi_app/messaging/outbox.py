"""The outbox: a message is a row written in the transaction that causes it, and sent after that has committed."""

import frappe

from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import is_retold, now
from phanhoi_app.messaging import templates
from phanhoi_app.rules import sms

SENT_LATER = "phanhoi_outbox_scheduled"
RETOLD = "not sent: tells of something that happened earlier"


def queue(complaint, event: str, occasion: str, letters: list[dict]) -> int:
    """Write messages, one per letter {audience, channel, recipient, recipient_user?, values}; returns how many.

    `occasion` tells this happening of the event from another one on the same complaint (an event's sequence):
    with the recipient it makes the dedupe key, so that the same thing is never said twice.
    A letter for which there is no template is not written. What is retold (`history.now`) is written as not sent.
    """
    moment = now()
    status, note = ("Not sent", RETOLD) if is_retold() else ("Queued", "")
    rows = []
    for letter in letters:
        template = templates.find(event, letter["audience"], letter["channel"])
        if not template:
            continue
        text = templates.render(template.text, letter["values"])
        if template.without_marks:
            text = sms.without_marks(text)
        who = letter.get("recipient_user") or letter["recipient"]
        row = {
            "name": frappe.generate_hash(length=12),
            "owner": frappe.session.user,
            "modified_by": frappe.session.user,
            "creation": moment,
            "modified": moment,
            "docstatus": 0,
            "idx": 0,
            "complaint": complaint.name,
            "event": event,
            "audience": letter["audience"],
            "channel": letter["channel"],
            "recipient": letter["recipient"],
            "recipient_user": letter.get("recipient_user"),
            "template": template.name,
            "status": status,
            "status_note": note,
            "subject": templates.render(template.subject or "", letter["values"])[:140],
            "text": text,
            "segments": sms.segments(text) if letter["channel"] == "SMS" else 0,
            "attempts": 0,
            "next_attempt_on": moment,
            "dedupe_key": f"{complaint.name}:{event}:{occasion}:{letter['channel']}:{who}"[:140],
        }
        rows.append(row)
    if rows:
        table_rows.insert("Message", rows, ignore_duplicates=True)
        if not is_retold():
            frappe.db.after_commit.add(schedule_delivery)
    return len(rows)


def schedule_delivery() -> None:
    """Have a worker empty the outbox soon. Many messages share one job: only the first puts it in the queue."""
    key = frappe.cache.make_key(SENT_LATER)
    try:
        if frappe.cache.set(key, 1, ex=60, nx=True):
            frappe.enqueue("phanhoi_app.messaging.delivery.deliver", queue="short")
    except Exception:  # Redis is away: the minute's sweep finds the rows, which are safe in the database
        frappe.logger("phanhoi").warning("outbox: no job could be queued", exc_info=True)
