"""Where a conversation stands between two messages: its row, locked while it goes on, and the photos sent so far."""

import base64
import json
from datetime import datetime

import frappe
from frappe.utils import add_days, cint, now_datetime

from phanhoi_app.channels import windows
from phanhoi_app.history import rows
from phanhoi_app.intake.photos import Upload
from phanhoi_app.rules import dialogue


def locked(account: str, sender: str):
    """The Conversation with this person (name, heard_on, draft), made when it is the first word; locked until the
    transaction ends."""
    name, moment = windows.row_of(account, sender), now_datetime()
    row = _own(name, moment) | {"account": account, "sender": sender, "heard_on": None, "step": "idle"}
    rows.insert("Conversation", [row | {"draft": "{}"}], ignore_duplicates=True)
    return frappe.db.sql(
        "select name, heard_on, draft from `tabConversation` where name = %s for update", name, as_dict=True
    )[0]


def state(row) -> dialogue.State:
    """How far it is."""
    try:
        return dialogue.load(json.loads(row.draft or "{}"))
    except ValueError:
        return dialogue.State()


def keep(row, new: dialogue.State, at: datetime) -> None:
    """Write how far it is now; `at`: when the person wrote."""
    heard = max(row.heard_on, at) if row.heard_on else at
    frappe.db.sql(
        "update `tabConversation` set step = %s, draft = %s, heard_on = %s, modified = %s where name = %s",
        (
            new.step,
            json.dumps(dialogue.dump(new), ensure_ascii=False),
            min(heard, now_datetime()),
            now_datetime(),
            row.name,
        ),
    )


def add_photos(conversation: str, photos: list[bytes]) -> None:
    """Keep photos that were made anew (JPEG)."""
    moment = now_datetime()
    for content in photos:
        row = _own(frappe.generate_hash(length=20), moment)
        text = base64.b64encode(content).decode()
        rows.insert("Conversation Photo", [row | {"conversation": conversation, "content": text}])


def photos(conversation: str) -> list[Upload]:
    """The photos of the draft, oldest first."""
    found = frappe.db.sql_list(
        "select content from `tabConversation Photo` where conversation = %s order by creation, name",
        conversation,
    )
    return [Upload(f"{number}.jpg", base64.b64decode(text)) for number, text in enumerate(found, 1)]


def drop_photos(conversation: str) -> None:
    """Let go of the photos: the complaint has them, or there will be none."""
    frappe.db.sql("delete from `tabConversation Photo` where conversation = %s", conversation)


def forget_left() -> None:
    """Delete drafts that were left, and, after the days of the settings, that we ever talked."""
    days = cint(frappe.get_cached_doc("Phanhoi Settings").raw_days) or 30
    left = now_datetime() - dialogue.EXPIRES
    old = add_days(now_datetime(), -max(days, 8))  # the longest window of a provider is seven days
    frappe.db.sql(
        """delete p from `tabConversation Photo` p left join `tabConversation` c on c.name = p.conversation
        where c.name is null or c.heard_on < %s""",
        left,
    )
    frappe.db.sql("delete from `tabConversation` where heard_on < %s", old)
    frappe.db.sql(
        "update `tabConversation` set step = 'idle', draft = '{}' where heard_on < %s and step != 'idle'",
        left,
    )


def _own(name: str, moment: datetime) -> dict:
    return {
        "name": name,
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
    }
