"""A signed SMS gateway, as domestic providers offer one: JSON both ways, each request signed with a shared secret.

    X-Timestamp: seconds since 1970        X-Signature: hex HMAC-SHA256(secret, timestamp + "." + body)

To us: {"type": "message", "id", "from", "text"} or {"type": "status", "id", "status": sent|delivered|failed, "reason"};
several as {"events": [...]}. From us, POST: {"id", "from", "to", "text"} → {"id"} or {"error", "message", "retry"}.
"""

import hashlib
import hmac
import json
import time

from phanhoi_app.channels import accounts, client, signing
from phanhoi_app.channels.base import (
    Adapter,
    InboundEvent,
    NoChannel,
    Refused,
    Request,
    Sent,
    StatusUpdate,
    TryLater,
    Unreadable,
)
from phanhoi_app.history.now import now
from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError

STATES = {"sent": "Sent", "delivered": "Delivered", "failed": "Failed"}
MOST_EVENTS = 500


class Gateway(Adapter):
    provider = "SMS gateway"
    replay_window = 300

    def verify(self, account, request: Request) -> None:
        stamp = request.headers.get("x-timestamp") or ""
        expected = signature(accounts.secret(account, "gateway_secret"), stamp, request.body)
        signing.must_equal(expected, (request.headers.get("x-signature") or "").lower())
        signing.must_be_recent(account, signing.moment(stamp), self.replay_window)

    def parse(self, account, request: Request) -> list[InboundEvent]:
        return [
            InboundEvent(_text(row, "id"), "message", _text(row, "from"), now(), _text(row, "text"))
            for row in _rows(request.body)
            if row.get("type") == "message" and _text(row, "id") and _text(row, "from")
        ]

    def status(self, account, request: Request) -> list[StatusUpdate]:
        return [
            StatusUpdate(_text(row, "id"), STATES[row["status"]], _text(row, "reason")[:140], now())
            for row in _rows(request.body)
            if row.get("type") == "status" and _text(row, "id") and _text(row, "status") in STATES
        ]

    def send(self, account, outgoing) -> Sent:
        secret = accounts.secret(account, "gateway_secret")
        address = client.base(account, account.gateway_url or "")
        if not (address and secret):
            raise NoChannel
        try:
            to = phone.e164(outgoing.recipient)
        except RuleError as error:
            raise Refused(f"wrong number: {error}") from error
        body = {"id": outgoing.key, "from": account.gateway_sender or "", "to": to, "text": outgoing.text}
        raw = json.dumps(body, ensure_ascii=False).encode()
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": stamp,
            "X-Signature": signature(secret, stamp, raw),
        }
        answer = client.call("POST", address, data=raw, headers=headers)
        if answer.status_code in (401, 403):
            raise TryLater(f"{account.provider}: HTTP {answer.status_code}, the secret is not accepted")
        said = client.decoded(answer)
        if answer.ok and not said.get("error") and said.get("id"):
            return Sent(str(said["id"])[:140])
        reason = f"{account.provider} {said.get('error')}: {said.get('message') or answer.status_code}"[:200]
        raise TryLater(reason) if said.get("retry") else Refused(reason)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over time and body; empty without a secret."""
    if not secret:
        return ""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _rows(body: bytes) -> list[dict]:
    value = signing.json_object(body)
    rows = value.get("events") if isinstance(value.get("events"), list) else [value]
    if len(rows) > MOST_EVENTS:
        raise Unreadable("more events than one request may bring")
    return [row for row in rows if isinstance(row, dict)]


def _text(row: dict, key: str) -> str:
    value = row.get(key)
    return str(value) if isinstance(value, str | int) else ""
