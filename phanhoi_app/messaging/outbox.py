"""The outbox: a message is a row written in the transaction that causes it, and sent after that has committed.

What officials may read of it (DocType Message) shows neither the citizen's address nor the secret code; what is sent
(DocType Letter, of the same name) does, and nobody reads it.
"""

import hashlib
import json

import frappe

from phanhoi_app.history import rows as table_rows
from phanhoi_app.history.now import is_retold, now
from phanhoi_app.messaging import policy, templates
from phanhoi_app.rules import masks, sms

SENT_LATER = "phanhoi_outbox_scheduled"
RETOLD = "not sent: tells of something that happened earlier"
TOGETHER = 1_000  # messages written by one statement


def queue(complaint, event: str, occasion: str, letters: list[dict]) -> int:
    """Write messages, one per letter {audience, channel, recipient, recipient_user?, language?, values}; how many.

    In place of channel and recipient a letter may have `addresses` ({channel: recipient}): the first of the ways that
    the settings name for such people and such an event is taken, and the others one after another when it fails
    (`next_way`).
    `occasion` tells this happening of the event from another one on the same complaint (an event's sequence):
    with the recipient it makes the dedupe key, so that the same thing is never said twice.
    A letter for which there is no template is not written. What is retold (`history.now`) is written as not sent.
    `complaint` is None for what concerns none, such as an invitation: such a message nobody reads in the desk.
    """
    return queue_many([(complaint, event, occasion, letters)])


def queue_many(told: list[tuple]) -> int:
    """The same for many at once, [(complaint, event, occasion, letters)]: two statements for each thousand."""
    found: dict[tuple, object] = {}  # the templates, looked up once
    written = []
    for complaint, event, occasion, letters in told:
        for letter in letters:
            if row := _of_letter(complaint, event, occasion, letter, found):
                written.append(row)
    for start in range(0, len(written), TOGETHER):
        _insert(written[start : start + TOGETHER])
    return len(written)


def is_told(event: str, audience: str) -> bool:
    """Whether anything is said of the event to these at all, by any channel."""
    return any(templates.find(event, audience, channel) for channel in policy.CHANNELS)


def _of_letter(complaint, event: str, occasion: str, letter: dict, found: dict) -> tuple[dict, dict] | None:
    about = complaint.name if complaint else None
    to_citizen, has_ways = letter["audience"] == "Citizen", "addresses" in letter
    ways = (
        _ways(event, letter)
        if has_ways
        else [{"channel": letter["channel"], "recipient": letter["recipient"]}]
    )
    # Never from the citizen's number: a key could be guessed back into it.
    who = "citizen" if to_citizen else letter.get("recipient_user") or letter["recipient"]
    frame = {
        "complaint": about,
        "event": event,
        "audience": letter["audience"],
        "recipient_user": None if to_citizen else letter.get("recipient_user"),
        "language": letter.get("language") or "vi",
        "any_hour": int(bool(complaint) and complaint.get("severity") == "Urgent"),
    }
    key = f"{about or '-'}:{event}:{occasion}:{'any' if has_ways else letter['channel']}:{who}"[:140]
    return _prepared(frame, key, letter["values"], ways, found)


def next_way(message: str) -> str | None:
    """Queue what a message says by the next way to the same person, once, in the caller's transaction; its name."""
    kept = frappe.db.get_value("Letter", message, ["filled_in", "further"], as_dict=True)
    further = json.loads((kept and kept.further) or "[]")
    if not further:
        return None
    columns = ["complaint", "event", "audience", "recipient_user", "language", "any_hour"]
    frame = frappe.db.get_value("Message", message, columns, as_dict=True)
    # By the message that failed: however often that is told, there is one next.
    values = json.loads(kept.filled_in)["all"]
    row = _prepared(dict(frame), f"{message}:next", values, further, {}, instead_of=message)
    if not row:
        return None
    _insert([row])
    return row[0]["name"]


def _ways(event: str, letter: dict) -> list[dict]:
    """[{channel, recipient}] by which the person can be reached, in the order of the settings."""
    addresses = {channel: address for channel, address in letter["addresses"].items() if address}
    found = []
    for channel in policy.ways(letter["audience"], event):
        recipient = addresses.get(channel)
        if not recipient and channel in policy.BY_TEMPLATE and addresses.get("SMS"):
            # By the phone number, where the provider has a template for it.
            template = templates.find(event, letter["audience"], channel, letter.get("language") or "vi")
            recipient = addresses["SMS"] if template and template.provider_template else None
        if recipient:
            found.append({"channel": channel, "recipient": recipient})
    # Who wrote by a chat that the settings do not name is answered there.
    named = {way["channel"] for way in found}
    chats = [c for c in addresses if c in policy.CHATS and c not in named]
    found = [{"channel": channel, "recipient": addresses[channel]} for channel in chats] + found
    # Whom the settings forget is still written to.
    return found or [{"channel": channel, "recipient": address} for channel, address in addresses.items()][:1]


def _prepared(
    frame: dict, key: str, values: dict, ways: list[dict], found: dict, instead_of: str | None = None
) -> tuple[dict, dict] | None:
    """(row of Message, row of Letter) for the first of the ways that has a template; None when none has.

    `found` keeps templates that were looked up.
    """
    further = list(ways)
    template = None
    while further and not template:
        way = further.pop(0)
        kind = (frame["event"], frame["audience"], way["channel"], frame["language"])
        if kind not in found:
            found[kind] = templates.find(*kind)
        template = found[kind]
    if not template:
        return None
    moment = now()
    status, note = ("Not sent", RETOLD) if is_retold() else ("Queued", "")
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
    written = _written(template, way["channel"], values)
    kept = {"all": values} if further else {}
    if template.provider_template:
        kept["provider"] = templates.for_provider(template.provider_values, values)
    letter = row | {
        "recipient": way["recipient"],
        **written,
        "provider_template": template.provider_template,
        "filled_in": frappe.as_json(kept, indent=None) if kept else None,
        "further": frappe.as_json(further, indent=None) if further else None,
    }
    # The link of an invitation opens an account: it is as secret as a citizen's.
    secret = frame["audience"] == "Citizen" or not frame["complaint"]
    hidden = templates.SECRET if frame["complaint"] else {"link": "…/••••"}
    shown = _written(template, way["channel"], values | hidden) if secret else written
    message = row | frame
    message |= {
        "channel": way["channel"],
        "recipient": masked(way["recipient"]) if secret else way["recipient"],
        "template": template.name,
        "any_hour": int(bool(frame["any_hour"] or template.any_hour)),
        "instead_of": instead_of,
        "status": status,
        "status_note": note,
        "subject": shown["subject"],
        "text": shown["text"],
        "segments": sms.segments(written["text"]) if way["channel"] == "SMS" else 0,
        "attempts": 0,
        "next_attempt_on": moment,
        "dedupe_key": key,
    }
    return message, letter


def _insert(written: list[tuple[dict, dict]]) -> None:
    if not written:
        return
    table_rows.insert("Message", [message for message, _letter in written], ignore_duplicates=True)
    table_rows.insert("Letter", [letter for _message, letter in written], ignore_duplicates=True)
    if not is_retold():
        frappe.db.after_commit.add(schedule_delivery)


def _written(template, channel: str, values: dict) -> dict:
    """{subject, text} of a letter."""
    text = templates.render(template.text, values)
    # A chat has room for marks, also where it says the words of an SMS.
    if template.without_marks and channel == template.channel:
        text = sms.without_marks(text)
    if channel == "SMS":
        text = _short(template, text, values)
    return {"subject": templates.render(template.subject or "", values)[:140], "text": text}


def _short(template, text: str, values: dict) -> str:
    """The text within the segments that the settings allow: without marks, then with less of the note.

    The whole note stands on the page that the message leads to.
    """
    most, note = policy.number("max_segments"), values.get("note") or ""
    if not most or sms.segments(text) <= most:
        return text
    text = sms.without_marks(text)
    while sms.segments(text) > most and note:
        note = note[: len(note) * 4 // 5]
        text = sms.without_marks(templates.render(template.text, values | {"note": f"{note.rstrip()}…"}))
    return text


def masked(recipient: str) -> str:
    return masks.mask_email(recipient) if "@" in recipient else masks.mask_phone(recipient)


def schedule_delivery() -> None:
    """Have a worker empty the outbox soon. Many messages share one job: only the first puts it in the queue."""
    key = frappe.cache.make_key(SENT_LATER)
    try:
        if frappe.cache.set(key, 1, ex=60, nx=True):
            frappe.enqueue("phanhoi_app.messaging.delivery.deliver", queue="short")
    except Exception:  # Redis is away: the minute's sweep finds the rows, which are safe in the database
        frappe.logger("phanhoi").warning("outbox: no job could be queued", exc_info=True)
