"""A Facebook Page: messages, comments, and what Meta allows to be answered when."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

from phanhoi_app.channels import accounts, client, signing, windows
from phanhoi_app.channels.base import (
    Adapter,
    Attachment,
    InboundEvent,
    NoChannel,
    OutsideWindow,
    Refused,
    Request,
    Sent,
    StatusUpdate,
    TryLater,
)

API, VERSION = "https://graph.facebook.com", "v25.0"
WINDOW = timedelta(hours=24)
BY_HAND = timedelta(
    days=7
)  # with the tag HUMAN_AGENT, for what an official writes, where Meta has allowed it
LATER = {1, 2, 4, 17, 32, 341, 368, 613, 80006}
TOKEN_ERRORS = {10, 102, 190, 200}
OUTSIDE = {2018278, 1545041}
GONE = {551, 100}
MOST_EVENTS = 500


class Facebook(Adapter):
    provider = "Facebook Page"
    photo_hosts = ("fbcdn.net", "fbsbx.com")
    replay_window = 48 * 3600  # Meta repeats for a day and a half what was not taken

    def greeting(self, account, request: Request) -> str | None:
        query = request.query
        wanted = accounts.secret(account, "facebook_verify_token")
        given = query.get("hub.verify_token") or ""
        right = bool(wanted) and hmac.compare_digest(wanted.encode(), given.encode())
        return query.get("hub.challenge") if right and query.get("hub.mode") == "subscribe" else None

    def verify(self, account, request: Request) -> None:
        secret = accounts.secret(account, "facebook_app_secret")
        given = (request.headers.get("x-hub-signature-256") or "").removeprefix("sha256=").lower()
        # The bytes as they came: Meta signs its own way of escaping letters.
        expected = hmac.new(secret.encode(), request.body, hashlib.sha256).hexdigest() if secret else ""
        signing.must_equal(expected, given)
        times = [_number(entry.get("time")) for entry in _entries(account, request)]
        if times:
            newest = max(times)  # seconds for comments, milliseconds for messages
            at = signing.moment(newest / 1000 if newest > 10**11 else newest)
            signing.must_be_recent(account, at, self.replay_window)

    def parse(self, account, request: Request) -> list[InboundEvent]:
        found = []
        for entry in _entries(account, request):
            found += [event for row in _list(entry.get("messaging")) if (event := _message(account, row))]
            found += [event for row in _list(entry.get("changes")) if (event := _comment(account, row))]
        return found[:MOST_EVENTS]

    def status(self, account, request: Request) -> list[StatusUpdate]:
        return [
            StatusUpdate(mid, "Delivered", "", signing.moment(_number(row.get("timestamp")) / 1000))
            for entry in _entries(account, request)
            for row in _list(entry.get("messaging"))
            for mid in _texts(_dict(row.get("delivery")).get("mids"))
            if _number(row.get("timestamp"))
        ][:MOST_EVENTS]

    def send(self, account, outgoing) -> Sent:
        body = {"recipient": {"id": outgoing.recipient}, "messaging_type": "RESPONSE"}
        body["message"] = {"text": outgoing.text}
        if windows.is_open(account.name, outgoing.recipient, WINDOW) is False:
            if outgoing.template_id:
                body |= {"messaging_type": "UTILITY", "message": {"template": _template(outgoing)}}
            elif self._may_write_by_hand(account, outgoing):
                body |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
            else:
                raise OutsideWindow("Facebook: the person has not written for 24 hours")
        return _send(account, body)

    def reply_in_private(self, account, comment: str, text: str) -> Sent:
        return _send(account, {"recipient": {"comment_id": comment}, "message": {"text": text}})

    def _may_write_by_hand(self, account, outgoing) -> bool:
        allowed = account.facebook_human_agent and outgoing.by_hand
        return bool(allowed and windows.is_open(account.name, outgoing.recipient, BY_HAND))


def _message(account, row: dict) -> InboundEvent | None:
    message, postback = _dict(row.get("message")), _dict(row.get("postback"))
    sender, stamp = _text(_dict(row.get("sender")).get("id")), _number(row.get("timestamp"))
    if not sender or sender == account.facebook_page_id or message.get("is_echo") or not stamp:
        return None
    mid = _text(message.get("mid") or postback.get("mid"))
    if not mid:
        return None
    files = _list(message.get("attachments"))
    return InboundEvent(
        id=mid,
        kind="message",
        sender=sender,
        at=signing.moment(stamp / 1000),
        text=_text(message.get("text") or postback.get("payload") or postback.get("title")),
        attachments=tuple(_attachments(files)),
        location=_place(files),
    )


def _comment(account, row: dict) -> InboundEvent | None:
    value = _dict(row.get("value"))
    new = row.get("field") == "feed" and value.get("item") == "comment" and value.get("verb") == "add"
    author, comment = _text(_dict(value.get("from")).get("id")), _text(value.get("comment_id"))
    if not new or not comment or not author or author == account.facebook_page_id:
        return None
    at = signing.moment(_number(value.get("created_time")))
    return InboundEvent(comment, "comment", author, at, _text(value.get("message")))


def _send(account, body: dict) -> Sent:
    token = accounts.secret(account, "facebook_page_token")
    if not (token and account.facebook_page_id):
        raise NoChannel
    url = f"{client.base(account, API)}/{VERSION}/{account.facebook_page_id}/messages"
    # In a header: addresses are written into logs.
    answer = client.call("POST", url, json=body, headers={"Authorization": f"Bearer {token}"})
    said = client.decoded(answer)
    error = _dict(said.get("error"))
    if error or not answer.ok:
        raise _in_words(_number(error.get("code")), _number(error.get("error_subcode")), error)
    return Sent(_text(said.get("message_id")))


def _in_words(code: int, subcode: int, error: dict) -> Exception:
    said = f"Facebook {code}/{subcode}: {_text(error.get('message'))}"[:200]
    if subcode in OUTSIDE:
        return OutsideWindow(said)
    if code in LATER or code in TOKEN_ERRORS or not code:
        return TryLater(said)
    return Refused(f"blocked: {said}" if code in GONE else said)


def _template(outgoing) -> dict:
    values = [{"type": "text", "text": str(value)} for value in (outgoing.values or {}).values()]
    body = [{"type": "body", "parameters": values}] if values else []
    return {"name": outgoing.template_id, "language": {"code": "vi"}, "components": body}


def _entries(account, request: Request) -> Iterator[dict]:
    told = signing.json_object(request.body)
    if told.get("object") == "page":
        # One app may serve several pages; each has an account of its own.
        yield from (
            entry for entry in _list(told.get("entry")) if _text(entry.get("id")) == account.facebook_page_id
        )


def _attachments(files: list[dict]) -> Iterator[Attachment]:
    for row in files[:10]:
        if url := _text(_dict(row.get("payload")).get("url")):
            yield Attachment(url, _text(row.get("type")))


def _place(files: list[dict]) -> tuple[float, float] | None:
    for row in files:
        place = _dict(_dict(row.get("payload")).get("coordinates"))
        try:
            return float(place["lat"]), float(place["long"])
        except (KeyError, TypeError, ValueError):
            continue
    return None


def _list(value) -> list[dict]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _texts(value) -> list[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


def _text(value) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _number(value) -> int:
    fit = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**15
    return value if fit else 0
