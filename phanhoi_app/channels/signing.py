"""Signatures and times of requests, compared so that the time taken tells nothing."""

import hmac
import json
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from frappe.utils import cint, get_system_timezone

from phanhoi_app.channels.base import NotAuthentic, Unreadable
from phanhoi_app.history.now import now

CLOCKS_APART = timedelta(minutes=5)  # how far ahead of ours a provider's clock may be


def must_equal(expected: str, given: str) -> None:
    """Raise NotAuthentic unless both texts are the same. An empty one is never the same."""
    # As bytes: compare_digest takes no other letters than ASCII in texts.
    if not (expected and given and hmac.compare_digest(expected.encode(), given.encode())):
        raise NotAuthentic("the signature does not match")


def must_be_recent(account, at: datetime, usual: int) -> None:
    """Raise NotAuthentic for a request older than the account's replay window, or from the future.

    `usual`: the adapter's own window in seconds, where the account names no minutes.
    """
    window = timedelta(seconds=cint(account.replay_minutes) * 60 or usual)
    if not now() - window <= at <= now() + CLOCKS_APART:
        raise NotAuthentic("outside of the replay window")


def moment(seconds) -> datetime:
    """A provider's seconds since 1970 (number or digits) as local time without zone. Raises Unreadable."""
    try:
        at = datetime.fromtimestamp(float(seconds), timezone.utc)
        return at.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise Unreadable("the time is not readable") from error


def json_object(body: bytes) -> dict:
    """The JSON object of a body. Raises Unreadable for everything else, however it is made."""
    try:
        value = json.loads(body.decode())  # given bytes, it would let halves of letters through
        if b"\\ud" in body.lower():
            # Halves of letters can be escaped in JSON and written nowhere.
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is no JSON") from error
    if not isinstance(value, dict):
        raise Unreadable("the body is no JSON object")
    return value
