"""A Zalo Official Account: messages to those who wrote lately, templates (ZNS) to telephone numbers.

Zalo answers HTTP 200 whatever happened; `error` in the body tells. Its identifiers are longer than a JavaScript number:
they stay text.
"""

import hashlib
from datetime import datetime, timedelta

from phanhoi_app.channels import accounts, client, signing, windows, zalo_tokens
from phanhoi_app.channels.base import (
    Adapter,
    Attachment,
    InboundEvent,
    OutsideWindow,
    Refused,
    Request,
    Sent,
    StatusUpdate,
    TryLater,
    Unreadable,
)
from phanhoi_app.rules import phone
from phanhoi_app.rules.errors import RuleError

API, TEMPLATES = "https://openapi.zalo.me", "https://business.openapi.zalo.me"
WINDOW = timedelta(days=7)  # since the person's last message
TOKEN_ERRORS = {-216, -220, -124}
LATER = {-32, -126, -133, -137, -144, -147, -200}
OUTSIDE = {-230, -234}
BLOCKED = {-213, -227, -244}
NO_ACCOUNT = {-108, -114, -118, -119}
KINDS = {
    **{
        f"user_send_{what}": "message"
        for what in ("text", "image", "location", "link", "sticker", "gif", "file", "audio", "video")
    },
    "user_send_business_card": "message",
    "follow": "follow",
    "unfollow": "unfollow",
}


class Zalo(Adapter):
    provider = "Zalo OA"
    photo_hosts = ("zdn.vn", "zadn.vn", "zalo.me", "zaloapp.com")
    # Zalo repeats for hours what was not taken, with the time of the event: what came is told apart by its id.
    replay_window = 24 * 3600

    def is_probe(self, request: Request) -> bool:
        # When the address is registered, Zalo sends an empty object without a signature.
        return request.body.strip() == b"{}" and "x-zevent-signature" not in request.headers

    def verify(self, account, request: Request) -> None:
        stamp = request.headers.get("x-zevent-timestamp") or _stamp(request.body)
        secret = accounts.secret(account, "zalo_oa_secret")
        given = (request.headers.get("x-zevent-signature") or "").removeprefix("mac=").lower()
        signing.must_equal(mac(account.zalo_app_id, request.body, stamp, secret), given)
        signing.must_be_recent(account, _moment(stamp), self.replay_window)

    def parse(self, account, request: Request) -> list[InboundEvent]:
        told = signing.json_object(request.body)
        kind = KINDS.get(_text(told.get("event_name")))
        sender = _text(_dict(told.get("sender")).get("id") or _dict(told.get("follower")).get("id"))
        if not kind or not sender:
            return []
        message = _dict(told.get("message"))
        stamp = _text(told.get("timestamp"))
        files = _list(message.get("attachments"))
        # Following bears no id; what stands in the list of what came must not be the person's own.
        own = hashlib.sha256(f"{sender}:{stamp}".encode()).hexdigest()[:16]
        return [
            InboundEvent(
                id=_text(message.get("msg_id")) or f"{told['event_name']}:{own}",
                kind=kind,
                sender=sender,
                at=_moment(stamp),
                text=_text(message.get("text")),
                attachments=tuple(_attachments(files)),
                location=_place(files),
            )
        ]

    def status(self, account, request: Request) -> list[StatusUpdate]:
        told = signing.json_object(request.body)
        if told.get("event_name") not in ("user_received_message", "user_seen_message"):
            return []
        message = _dict(told.get("message"))
        ids = message.get("msg_ids") if isinstance(message.get("msg_ids"), list) else [message.get("msg_id")]
        at = _moment(_text(told.get("timestamp")))
        return [StatusUpdate(_text(each), "Delivered", "", at) for each in ids[:100] if _text(each)]

    def send(self, account, outgoing) -> Sent:
        if (number := _number(outgoing.recipient)) is not None:
            return self._send_template(account, number, outgoing)
        if windows.is_open(account.name, outgoing.recipient, WINDOW) is False:
            raise OutsideWindow("Zalo: the person has not written for seven days")
        body = {"recipient": {"user_id": outgoing.recipient}, "message": {"text": outgoing.text}}
        said = _call(account, f"{client.base(account, API)}/v3.0/oa/message/cs", body)
        return Sent(_text(said.get("message_id")))

    def _send_template(self, account, number: str, outgoing) -> Sent:
        if not outgoing.template_id:
            raise Refused("Zalo: a telephone number is written to by template only")
        body = {
            "phone": number,
            "template_id": outgoing.template_id,
            "template_data": dict(outgoing.values or {}),
            "tracking_id": outgoing.key[:48],
        }
        said = _call(account, f"{client.base(account, TEMPLATES)}/message/template", body)
        return Sent(_text(said.get("msg_id")))


def mac(app_id: str, body: bytes, stamp: str, secret: str) -> str:
    """Hex SHA-256 over app id, body, time and the Official Account's secret key; empty without a secret."""
    if not (app_id and secret):
        return ""
    return hashlib.sha256(app_id.encode() + body + stamp.encode() + secret.encode()).hexdigest()


def _call(account, url: str, body: dict) -> dict:
    """`data` of the answer. A token that is not accepted is exchanged, once."""
    token = zalo_tokens.access_token(account)
    said = client.decoded(client.call("POST", url, json=body, headers={"access_token": token}))
    if _code(said) in TOKEN_ERRORS:
        token = zalo_tokens.access_token(account, instead_of=token)
        said = client.decoded(client.call("POST", url, json=body, headers={"access_token": token}))
    if error := _code(said):
        raise _in_words(error, _text(said.get("message")))
    return _dict(said.get("data"))


def _code(said: dict) -> int:
    error = said.get("error", 0)
    return error if isinstance(error, int) else -200


def _in_words(error: int, message: str) -> Exception:
    said = f"Zalo {error}: {message}"[:200]
    if error in LATER or error in TOKEN_ERRORS:
        return TryLater(said)
    if error in OUTSIDE:
        return OutsideWindow(said)
    if error in NO_ACCOUNT:
        return Refused(f"wrong number: {said}")
    return Refused(f"blocked: {said}" if error in BLOCKED else said)


def _number(recipient: str) -> str | None:
    """ "84912345678" where the recipient is a telephone number; a person's id at Zalo is longer than any."""
    try:
        return phone.e164(recipient).removeprefix("+") if len(recipient) <= 13 else None
    except RuleError:
        return None


def _stamp(body: bytes) -> str:
    try:
        return _text(signing.json_object(body).get("timestamp"))
    except Unreadable:
        return ""


def _moment(stamp: str) -> datetime:
    if not (stamp.isascii() and stamp.isdigit()):
        raise Unreadable("the time is not readable")
    return signing.moment(int(stamp) / 1000 if len(stamp) < 20 else stamp)


def _attachments(files: list[dict]):
    for row in files[:10]:
        if url := _text(_dict(row.get("payload")).get("url")):
            yield Attachment(url, _text(row.get("type")))


def _place(files: list[dict]) -> tuple[float, float] | None:
    for row in files:
        if row.get("type") == "location":
            place = _dict(_dict(row.get("payload")).get("coordinates"))
            try:
                return float(place["latitude"]), float(place["longitude"])
            except (KeyError, TypeError, ValueError):
                return None
    return None


def _list(value) -> list[dict]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


def _text(value) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
