"""The outbox: a message is a row written in the transaction that causes it, and sent after that has committed.

What officials may read of it (DocType Message) shows neither the citizen's address nor the secret code; what is sent
(DocType Letter, of the same name) does, and nobody reads it.
"""

import hashlib

import frappe

from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import is_retold, now
from phanhoi_app.messaging import templates
from phanhoi_app.rules import masks, sms

SENT_LATER = "phanhoi_outbox_scheduled"
RETOLD = "not sent: tells of something that happened earlier"
TOGETHER = 1_000  # messages written by one statement


def queue(complaint, event: str, occasion: str, letters: list[dict]) -> int:
    """Write messages, one per letter {audience, channel, recipient, recipient_user?, values}; returns how many.

    `occasion` tells this happening of the event from another one on the same complaint (an event's sequence):
    with the recipient it makes the dedupe key, so that the same thing is never said twice.
    A letter for which there is no template is not written. What is retold (`history.now`) is written as not sent.
    `complaint` is None for what concerns none, such as an invitation: such a message nobody reads in the desk.
    """
    return queue_many([(complaint, event, occasion, letters)])


def queue_many(told: list[tuple]) -> int:
    """The same for many at once, [(complaint, event, occasion, letters)]: two statements for each thousand."""
    moment = now()
    messages, mails, found = [], [], {}
    status, note = ("Not sent", RETOLD) if is_retold() else ("Queued", "")
    for complaint, event, occasion, letter in (
        (complaint, event, occasion, letter)
        for complaint, event, occasion, letters in told
        for letter in letters
    ):
        about = complaint.name if complaint else None
        kind = (event, letter["audience"], letter["channel"])
        if kind not in found:
            found[kind] = templates.find(*kind)
        template = found[kind]
        if not template:
            continue
        to_citizen = letter["audience"] == "Citizen"
        # Never from the citizen's number: a key could be guessed back into it.
        who = "citizen" if to_citizen else letter.get("recipient_user") or letter["recipient"]
        key = f"{about or '-'}:{event}:{occasion}:{letter['channel']}:{who}"[:140]
        row = {
            # By its key: whatever is said twice is the same row of both tables.
            "name": hashlib.sha256(key.encode()).hexdigest()[:20],
            "owner": "Administrator",  # not whoever acts: it may be the citizen
            "modified_by": "Administrator",
            "creation": moment,
            "modified": moment,
            "docstatus": 0,
            "idx": 0,
        }
        mail = row | {"recipient": letter["recipient"], **_written(template, letter["values"])}
        # The link of an invitation opens an account: it is as secret as a citizen's.
        secret = to_citizen or not complaint
        hidden = templates.SECRET if complaint else {"link": "…/••••"}
        shown = _written(template, letter["values"] | hidden) if secret else mail
        row |= {
            "complaint": about,
            "event": event,
            "audience": letter["audience"],
            "channel": letter["channel"],
            "recipient": _masked(letter["recipient"]) if secret else letter["recipient"],
            "recipient_user": None if to_citizen else letter.get("recipient_user"),
            "template": template.name,
            "status": status,
            "status_note": note,
            "subject": shown["subject"],
            "text": shown["text"],
            "segments": sms.segments(mail["text"]) if letter["channel"] == "SMS" else 0,
            "attempts": 0,
            "next_attempt_on": moment,
            "dedupe_key": key,
        }
        messages.append(row)
        mails.append(mail)
    for start in range(0, len(messages), TOGETHER):
        table_rows.insert("Message", messages[start : start + TOGETHER], ignore_duplicates=True)
        table_rows.insert("Letter", mails[start : start + TOGETHER], ignore_duplicates=True)
    if messages and not is_retold():
        frappe.db.after_commit.add(schedule_delivery)
    return len(messages)


def is_told(event: str, audience: str) -> bool:
    """Whether anything is said of the event to these at all, by any channel."""
    return any(templates.find(event, audience, channel) for channel in ("SMS", "E-mail", "Desk"))


def _written(template, values: dict) -> dict:
    """{subject, text} of a letter."""
    text = templates.render(template.text, values)
    return {
        "subject": templates.render(template.subject or "", values)[:140],
        "text": sms.without_marks(text) if template.without_marks else text,
    }


def _masked(recipient: str) -> str:
    return masks.mask_email(recipient) if "@" in recipient else masks.mask_phone(recipient)


def schedule_delivery() -> None:
    """Have a worker empty the outbox soon. Many messages share one job: only the first puts it in the queue."""
    key = frappe.cache.make_key(SENT_LATER)
    try:
        if frappe.cache.set(key, 1, ex=60, nx=True):
            frappe.enqueue("phanhoi_app.messaging.delivery.deliver", queue="short")
    except Exception:  # Redis is away: the minute's sweep finds the rows, which are safe in the database
        frappe.logger("phanhoi").warning("outbox: no job could be queued", exc_info=True)
