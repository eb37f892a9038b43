"""Which worker has which message. A message is claimed, then started; whoever dies in between loses neither.

Each worker holds a lock of the database's under its own name as long as it lives: the database lets it go with the
connection, at once when a process is killed. What a worker that is gone had claimed goes back into the queue. Only the
one message it had started may have gone out: that one is marked.
"""

import contextlib
from collections.abc import Iterator
from datetime import timedelta

import frappe
from frappe.utils import now_datetime

from phanhoi_app.messaging import policy, states
from phanhoi_app.rules.message_states import QUEUED, SENDING

LOCK = "phanhoi_outbox_"
# A claim that bears no worker's name was made by an earlier release.
OLD_CLAIM_MINUTES = 10
TWICE = "a worker stopped while sending; this message may reach the recipient twice"
# With the letter, in one statement.
COLUMNS = """m.name, m.complaint, m.event, m.audience, m.channel, m.recipient_user, m.segments, m.attempts, m.creation,
    m.any_hour, m.perhaps_twice, m.dedupe_key, l.recipient, l.subject, l.text, l.provider_template, l.filled_in"""


@contextlib.contextmanager
def worker() -> Iterator[str]:
    """A name under which to claim, whose lock lasts as long as this process's connection."""
    name = frappe.generate_hash(length=12)
    usual = frappe.db.sql("select @@session.tx_isolation")[0][0].replace("-", " ")
    frappe.db.sql("select get_lock(%s, 5)", LOCK + name)
    # Otherwise a claim locks the gaps beside its rows, too, and two workers stand in each other's way.
    _isolate("read committed")
    try:
        yield name
    finally:
        frappe.db.sql("do release_lock(%s)", LOCK + name)
        _isolate(usual)


def _isolate(level: str) -> None:
    """Set how this connection's transactions are kept apart, from the next one on."""
    frappe.db.sql(f"set session transaction isolation level {level}")
    frappe.db.commit()


def waiting_channels() -> list[str]:
    """The channels that have messages due."""
    moment = now_datetime()
    channels = [
        row[0] for row in frappe.db.sql("select distinct channel from `tabMessage` where status = 'Queued'")
    ]
    return [
        channel
        for channel in channels
        if frappe.db.sql(
            """select 1 from `tabMessage` where status = 'Queued' and channel = %s and next_attempt_on <= %s
            limit 1""",
            (channel, moment),
        )
    ]


def claim(worker: str, channel: str, most: int) -> list[str]:
    """Take up to `most` due messages of the channel; several workers never take the same one. Does not commit."""
    if most < 1:
        return []
    rows = frappe.db.sql(
        # In the index's own order: sorting would lock all that are due, and leave nothing to the next worker.
        """select name from `tabMessage` force index (status_channel_next)
        where status = 'Queued' and channel = %s and next_attempt_on <= %s
        order by next_attempt_on limit %s for update skip locked""",
        (channel, now_datetime(), most),
    )
    names = [row[0] for row in rows]
    if names:
        frappe.db.sql(
            """update `tabMessage` set status = 'Sending', claimed_on = %s, claimed_by = %s, started_on = null
            where name in %s""",
            (now_datetime(), worker, names),
        )
    return names


def read(names: list[str]) -> list:
    """The claimed messages with what is to be sent, in the order of the names."""
    found = frappe.db.sql(
        f"""select {COLUMNS} from `tabMessage` m left join `tabLetter` l on l.name = m.name
        where m.name in %s""",  # noqa: S608 - our own columns
        (names,),
        as_dict=True,
    )
    by_name = {row.name: row for row in found}
    return [by_name[name] for name in names if name in by_name]


def start(worker: str, name: str, account: str | None) -> None:
    """Write down, and commit, that the message is being handed over: from here on it may have gone out."""
    frappe.db.sql(
        """update `tabMessage` set started_on = %s, attempts = attempts + 1, account = %s
        where name = %s and claimed_by = %s and status = 'Sending'""",
        (now_datetime(), account, name, worker),
    )
    frappe.db.commit()


def doubt(worker: str, name: str) -> None:
    """Mark a message whose answer never came: the next attempt may be its second arrival."""
    frappe.db.sql(
        "update `tabMessage` set perhaps_twice = 1 where name = %s and claimed_by = %s", (name, worker)
    )


def give_back(worker: str, names: list[str]) -> None:
    """Return messages that were claimed and not started."""
    if names:
        frappe.db.sql(
            """update `tabMessage` set status = 'Queued', claimed_by = null
            where name in %s and claimed_by = %s and status = 'Sending' and started_on is null""",
            (names, worker),
        )


def take_back() -> int:
    """Queue again, and commit, what workers had claimed that are gone; how many messages."""
    workers = frappe.db.sql("select distinct claimed_by from `tabMessage` where status = 'Sending'")
    gone = [
        name for (name,) in workers if name and frappe.db.sql("select is_free_lock(%s)", LOCK + name)[0][0]
    ]
    rows = frappe.db.sql(
        """select name, channel, started_on from `tabMessage` where status = 'Sending'
        and (claimed_by in %s or (claimed_by is null and claimed_on < %s)) for update skip locked""",
        (gone or [""], now_datetime() - timedelta(minutes=OLD_CLAIM_MINUTES)),
        as_dict=True,
    )
    # What is written in our own transaction has not gone out when that was broken off.
    doubtful = [row.name for row in rows if row.started_on and row.channel not in policy.BUILT_IN]
    sure = [row.name for row in rows if row.name not in doubtful]
    moment = now_datetime()
    if sure:
        frappe.db.sql(
            """update `tabMessage` set status = 'Queued', claimed_by = null, started_on = null,
            next_attempt_on = %s where name in %s""",
            (moment, sure),
        )
    if doubtful:
        frappe.db.sql(
            """update `tabMessage` set status = 'Queued', claimed_by = null, started_on = null,
            next_attempt_on = %s, perhaps_twice = 1, status_note = %s where name in %s""",
            (moment, TWICE, doubtful),
        )
        states.write([(row.name, SENDING, row.started_on, "") for row in rows if row.name in doubtful])
        states.write([(name, QUEUED, moment, TWICE) for name in doubtful])
    frappe.db.commit()
    return len(rows)
