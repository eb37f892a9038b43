"""The chain that makes a history tamper-evident: each event's hash covers its content and the hash before it.

Whoever changes, removes, inserts or reorders events later breaks the chain at that place, unless he
recomputes every hash after it; against that, and against events cut off or put on at the end, keep the number of
events and the last hash somewhere else and pass them to `verify` as `count` and `head`.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NamedTuple

GENESIS = ""  # the previous hash of a first event
LOCAL = timezone(timedelta(hours=7))  # Asia/Ho_Chi_Minh, without daylight saving time

TAMPERED = "tampered"  # the content does not have the hash that was recorded for it
MISSING = "missing"  # events with these numbers are not there
UNLINKED = "unlinked"  # it does not point at the event before it: one of the two was written anew
REORDERED = "reordered"  # it comes after an event with a higher number
DUPLICATE = "duplicate"  # another event has the same number
ADDED = "added"  # it comes after the event that is known to be the last
REASONS = (TAMPERED, MISSING, UNLINKED, REORDERED, DUPLICATE, ADDED)

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


class Break(NamedTuple):
    """A place where the chain does not hold: the event's number, one of `REASONS`, and for how many events
    from that number on it is so (more than one only for `MISSING` and `ADDED`)."""

    sequence: int
    reason: str
    count: int = 1


def canonical(event: Mapping[str, Any]) -> str:
    """The one text for an event's content: JSON with sorted keys, without spaces, letters as they are.

    Values may be text, numbers, booleans, dates, times, lists and mappings. Datetimes become local ISO 8601
    with six decimals (aware ones are brought to UTC+7), decimals and whole floats the shortest number.
    Entries that are None or empty text are left out, because a database does not tell them apart reliably.
    Raises `TypeError` for any other kind of value, `ValueError` for a number that JSON does not have or
    text that is not Unicode.
    """
    # An event as the database gives it, text and whole numbers only, needs no looking into: half the time.
    if all(type(key) is str and type(value) in (str, int) for key, value in event.items()):
        plain = {key: value for key, value in event.items() if value != ""}
    else:
        plain = _plain(event)
    text = _JSON.encode(plain)
    text.encode()  # half a surrogate pair would fail later, in the hash
    return text


def link(previous_hash: str | None, event: Mapping[str, Any]) -> str:
    """The event's hash: SHA-256, 64 hex digits, over the previous event's hash, a line feed and
    `canonical(event)`.

    The first event's previous hash is `GENESIS`, empty. Errors as `canonical`.
    """
    return hashlib.sha256(f"{previous_hash or GENESIS}\n{canonical(event)}".encode()).hexdigest()


def verify(
    rows: Iterable[Mapping[str, Any]], head: str | None = None, count: int | None = None
) -> list[Break]:
    """The breaks of one chain by number; an empty list when it is whole.

    `rows`, in the order of the history: `{"sequence": 1…, "previous_hash": str, "hash": str, "event":
    mapping}`, where `event` is what was given to `link`. One that cannot be read counts as tampered.
    `count` and `head` are how many events there should be and the hash that the last one should have, if that
    is known. Without `count`, another last hash than `head` means that the event after the last is missing.
    """
    rows = list(rows)
    breaks, highest = [], 0
    for row in rows:
        if row["sequence"] < highest:
            breaks.append(Break(row["sequence"], REORDERED))
        highest = max(highest, row["sequence"])

    before, last_hash = 0, GENESIS
    for row in sorted(rows, key=lambda row: row["sequence"]):
        number, content, points_at = row["sequence"], row.get("event"), row.get("previous_hash") or GENESIS
        if number == before:
            breaks.append(Break(number, DUPLICATE))
            continue
        whole = number == before + 1
        if not whole:
            breaks.append(Break(before + 1, MISSING, number - before - 1))
        if not _is_its_hash(row.get("hash"), points_at, content):
            breaks.append(Break(number, TAMPERED))
        elif whole and points_at != last_hash:
            breaks.append(Break(number, UNLINKED))
        elif number == count and head is not None and row["hash"] != head:
            breaks.append(Break(number, TAMPERED))  # written anew with a hash that fits
        before, last_hash = number, row.get("hash") or GENESIS
    if count is None:
        if head is not None and head != last_hash:
            breaks.append(Break(before + 1, MISSING))
    elif before > count:
        breaks.append(Break(count + 1, ADDED, before - count))
    elif before < count:
        breaks.append(Break(before + 1, MISSING, count - before))
    return sorted(breaks)


def _is_its_hash(recorded: Any, previous_hash: str, event: Any) -> bool:
    try:
        return hmac.compare_digest(recorded, link(previous_hash, event))
    except (TypeError, ValueError, AttributeError):
        return False


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("An event's keys must be text.")
        return {key: _plain(item) for key, item in value.items() if item is not None and item != ""}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        local = value.astimezone(LOCAL).replace(tzinfo=None) if value.tzinfo else value
        return local.isoformat(timespec="microseconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, float | Decimal) and value == value // 1:
        return int(value)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    raise TypeError(f"An event cannot hold a {type(value).__name__}.")
