"""How each way out is doing: the breaker of a provider that is down, and the messages of the present minute.

One row of DocType Channel Health for each account (or built-in channel), so that all workers on all machines go by
the same. Every function works in the caller's transaction.
"""

from datetime import timedelta
from typing import NamedTuple

import frappe
from frappe.utils import now_datetime

from phanhoi_app.history import rows
from phanhoi_app.messaging import policy
from phanhoi_app.rules import breaker

# A worker that tries for all has so long before another may: longer than any provider is waited for.
TRIAL = timedelta(seconds=60)


class Room(NamedTuple):
    """How many messages may be sent now, and whether it is the one that tries whether the provider is back."""

    count: int
    trial: bool = False


def room(key: str, channel: str, wanted: int) -> Room:
    """What may be claimed for this way out; `taken` afterwards says what was."""
    row = _row(key)
    moment = now_datetime()
    if row and row.open_until:
        if breaker.state(row.open_until, moment) == breaker.OPEN:
            return Room(0)
        frappe.db.sql(
            "update `tabChannel Health` set open_until = %s where name = %s and open_until = %s",
            (moment + TRIAL, key, row.open_until),
        )
        return Room(1, trial=True) if frappe.db.sql("select row_count()")[0][0] == 1 else Room(0)
    most = policy.limit(channel).per_minute
    if not most:
        return Room(wanted)
    _ensure(key, channel)
    minute = moment.replace(second=0, microsecond=0)
    # Locked until the claim has committed: two workers must not both take the last of the minute.
    counted, taken = frappe.db.sql(
        "select minute, taken from `tabChannel Health` where name = %s for update", key
    )[0]
    return Room(max(0, min(wanted, most - (taken if counted == minute else 0))))


def taken(key: str, channel: str, count: int) -> None:
    """Note how many were claimed in this minute."""
    if count and policy.limit(channel).per_minute:
        minute = now_datetime().replace(second=0, microsecond=0)
        frappe.db.sql(
            """update `tabChannel Health` set taken = if(minute = %(minute)s, taken, 0) + %(count)s,
            minute = %(minute)s where name = %(key)s""",
            {"minute": minute, "count": count, "key": key},
        )


def failed(key: str, channel: str, reason: str) -> bool:
    """Count a failure of the provider; whether the breaker is open now."""
    _ensure(key, channel)
    row = frappe.db.sql(
        "select failures, openings, open_until from `tabChannel Health` where name = %s for update",
        key,
        as_dict=True,
    )[0]
    moment, failures = now_datetime(), row.failures + 1
    opens = bool(row.open_until) or breaker.opens(failures, policy.number("breaker_failures"))
    openings = row.openings + 1 if opens else row.openings
    until = breaker.until(moment, openings, policy.number("breaker_seconds")) if opens else None
    frappe.db.sql(
        """update `tabChannel Health` set failures = %s, openings = %s, open_until = %s, last_error = %s,
        last_error_on = %s, modified = %s where name = %s""",
        (failures, openings, until, reason, moment, moment, key),
    )
    return opens


def asked_to_wait(key: str, channel: str, seconds: float, reason: str) -> None:
    """The provider is well but busy: leave it alone for as long as it asks."""
    _ensure(key, channel)
    moment = now_datetime()
    frappe.db.sql(
        """update `tabChannel Health` set open_until = %s, last_error = %s, last_error_on = %s, modified = %s
        where name = %s""",
        (moment + timedelta(seconds=max(seconds, 1)), reason, moment, moment, key),
    )


def worked(key: str) -> None:
    """The provider took a message: nothing is counted against it any more."""
    frappe.db.sql(
        """update `tabChannel Health` set failures = 0, openings = 0, open_until = null
        where name = %s and (failures > 0 or open_until is not null)""",
        key,
    )


def is_open(key: str) -> bool:
    """Whether the provider is left alone at present, perhaps since another worker found it down."""
    row = _row(key)
    return bool(row and row.open_until and now_datetime() < row.open_until)


def _row(key: str):
    found = frappe.db.sql("select open_until from `tabChannel Health` where name = %s", key, as_dict=True)
    return found[0] if found else None


def _ensure(key: str, channel: str) -> None:
    if _row(key):
        return
    moment = now_datetime()
    row = {
        "name": key,
        "owner": "Administrator",
        "modified_by": "Administrator",
        "creation": moment,
        "modified": moment,
        "docstatus": 0,
        "idx": 0,
        "channel": channel,
        "failures": 0,
        "openings": 0,
        "taken": 0,
    }
    rows.insert("Channel Health", [row], ignore_duplicates=True)
