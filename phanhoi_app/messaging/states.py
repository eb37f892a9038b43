"""The course of a message, state by state, and what a provider says of it later.

The newest state stands on the message itself; what it went through stands in DocType Message State, which nobody reads
but on the message (`of`).
"""

import re

import frappe
from frappe.query_builder import DocType
from frappe.utils import get_datetime

from phanhoi_app.history import rows
from phanhoi_app.history.now import now
from phanhoi_app.messaging import outbox
from phanhoi_app.rules.message_states import LOST, QUEUED, may_follow

LONGEST_NOTE = 240
# A number or an address in a provider's words is somebody's; a code of an error has less than eight digits.
_ADDRESS = re.compile(r"\+?\d(?:[\s.\-()]?\d){7,}|[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
DAYS_FOR_EARLY = 2


def cleaned(note: str | None) -> str:
    """What a provider said, without anybody's number or address, to be read by officials."""
    return _ADDRESS.sub("***", note or "")[:LONGEST_NOTE]


def write(happened: list[tuple]) -> None:
    """Keep states: [(message, status, at, note)]."""
    rows.insert("Message State", [_row(*each) for each in happened])


def of(message: str, created) -> list[dict]:
    """[{status, at, note}] of a message, as we learned of them. Asks no permission: the caller has."""
    found = frappe.get_all(
        "Message State", {"message": message}, ["status", "at", "note"], order_by="creation asc"
    )
    return [
        {"status": QUEUED, "at": str(created), "note": ""},
        *({**row, "at": str(row.at)} for row in found),
    ]


def heard(account, provider_id: str, status: str, note: str, at) -> bool:
    """Take what a provider says of a message, in the caller's transaction; whether it changed anything.

    `account` is the Channel Account or its name. What comes late, twice or out of order changes nothing; what comes
    before we have written down that the provider took the message is kept until we have.
    """
    account, at = getattr(account, "name", account), get_datetime(at or now())
    table = DocType("Message")
    found = (
        frappe.qb.from_(table)
        .select(table.name, table.status)
        .where((table.account == account) & (table.provider_id == provider_id))
        .for_update()
        .run(as_dict=True)
    )
    if not found:
        early = _row(None, status, at, cleaned(note)) | {"account": account, "heard_of": provider_id[:140]}
        rows.insert("Message State", [early])
        return False
    message = found[0]
    if not may_follow(message.status, status):
        return False
    frappe.qb.update(table).set(table.status, status).set(table.status_note, cleaned(note)).set(
        table.modified, now()
    ).where(table.name == message.name).run()
    write([(message.name, status, at, cleaned(note))])
    if status in LOST:
        outbox.next_way(message.name)
    return True


def match_early() -> int:
    """Give their message what was heard of it before it was known, and forget what belongs to none; how many."""
    waiting = frappe.db.sql(
        """select state.name, state.status, state.at, state.note, message.account, message.provider_id
        from `tabMessage State` state
        join `tabMessage` message on message.provider_id = state.heard_of and message.account = state.account
        where state.message is null order by state.creation""",
        as_dict=True,
    )
    for row in waiting:
        frappe.db.sql("delete from `tabMessage State` where name = %s", row.name)
        heard(row.account, row.provider_id, row.status, row.note, row.at)
    return len(waiting)


def forget_early() -> None:
    """Let go of what providers said of messages that are not ours."""
    frappe.db.sql(
        "delete from `tabMessage State` where message is null and creation < %s",
        frappe.utils.add_days(now(), -DAYS_FOR_EARLY),
    )


def _row(message: str | None, status: str, at, note: str) -> dict:
    moment = now()
    return {
        "name": frappe.generate_hash(length=16),
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "message": message,
        "status": status,
        "at": at,
        "note": note or "",
        "account": None,
        "heard_of": None,
    }
