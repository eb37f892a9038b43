"""The switchboard of a hotline (1022): a signed log of calls, by the same signature as the SMS gateway's.

    X-Timestamp: seconds since 1970        X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body)

{"event": "ringing" | "answered" | "ended" | "missed" | "recording", "call_id", "from", "to", "agent", "start",
"answer", "end", "recording_url"}; several as {"calls": [...]}. Times are ISO 8601 with offset, or seconds since 1970;
all but the call's id may be missing, and come later, in any order.
"""

import hashlib
import json
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from frappe.utils import get_system_timezone

from phanhoi_app.channels import accounts, signing
from phanhoi_app.channels.base import Adapter, InboundEvent, Request, Unreadable
from phanhoi_app.channels.gateway import signature
from phanhoi_app.history.now import now

TIMES = {"start": "started_at", "answer": "answered_at", "end": "ended_at"}
# What an event says even when the switchboard leaves the time out.
SAYS = {"answered": "answered_at", "ended": "ended_at", "missed": "ended_at"}
TEXTS = {"from": "caller", "to": "line", "agent": "agent"}
MOST_CALLS = 500
LONGEST = 100  # characters of an id, a number, an agent's name
LONGEST_ADDRESS = 1000


class CallCentre(Adapter):
    provider = "Call centre"
    replay_window = 300

    def verify(self, account, request: Request) -> None:
        stamp = request.headers.get("x-timestamp") or ""
        expected = signature(accounts.secret(account, "call_secret"), stamp, request.body)
        signing.must_equal(expected, (request.headers.get("x-signature") or "").lower())
        signing.must_be_recent(account, signing.moment(stamp), self.replay_window)

    def parse(self, account, request: Request) -> list[InboundEvent]:
        value = signing.json_object(request.body)
        calls = value.get("calls") if isinstance(value.get("calls"), list) else [value]
        if len(calls) > MOST_CALLS:
            raise Unreadable("more calls than one request may bring")
        return [_event(call) for call in calls]


def _event(row) -> InboundEvent:
    if not isinstance(row, dict) or not _text(row, "call_id"):
        raise Unreadable("a call without its id")
    told = {"call_id": _text(row, "call_id")}
    told |= {ours: _text(row, theirs) for theirs, ours in TEXTS.items() if _text(row, theirs)}
    told |= {
        ours: _moment(row[theirs]) for theirs, ours in TIMES.items() if row.get(theirs) not in (None, "")
    }
    said = SAYS.get(_text(row, "event"))
    if said and said not in told:
        told[said] = now().replace(microsecond=0).isoformat()
    if address := _address(row.get("recording_url")):
        told["recording_url"] = address
    # The same call is told of several times: each telling is an event, the same telling once.
    digest = hashlib.sha256(json.dumps(row, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:24]
    return InboundEvent(f"{told['call_id']}:{digest}", "call", "", now(), call=told)


def _text(row: dict, key: str) -> str:
    value = row.get(key)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if len(text) > LONGEST:
        raise Unreadable(f"{key} is too long")
    return text


def _moment(value) -> str:
    """The switchboard's time as local time without zone, in ISO 8601. Raises Unreadable."""
    if isinstance(value, str) and not value.strip().isdigit():
        try:
            at = datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
            if at.tzinfo:
                at = at.astimezone(ZoneInfo(get_system_timezone())).replace(tzinfo=None)
        except (ValueError, OverflowError) as error:
            raise Unreadable("a time is not readable") from error
    elif isinstance(value, bool):
        raise Unreadable("a time is not readable")
    else:
        at = signing.moment(value)
    if not 2000 <= at.year <= 2100:
        raise Unreadable("a time is not readable")
    return at.replace(microsecond=0).isoformat()


def _address(value) -> str:
    """A recording's address, if it is one that a browser may open."""
    if not isinstance(value, str) or len(value) > LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(value.strip())
    except ValueError:
        return ""
    return value.strip() if parts.scheme in ("http", "https") and parts.hostname else ""
