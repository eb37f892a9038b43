"""Facebook: messages by page token, the window's error, throttling; batched webhooks and the HMAC over their bytes."""

import hashlib
import hmac
import json
import time

from fakes.server import Answer, Asked, Provider

PAGE, APP_SECRET, PAGE_TOKEN, VERIFY = "104857600000001", "khoa-app", "EAAG-page", "tu-xac-minh"


class Facebook(Provider):
    def __init__(self):
        super().__init__()
        self.outside: set[str] = set()

    def answer(self, asked: Asked) -> Answer:
        if not asked.path.endswith(f"/{PAGE}/messages"):
            return Answer(404, _error(803, "no such path"))
        if asked.headers.get("authorization") != f"Bearer {PAGE_TOKEN}":
            return Answer(401, _error(190, "Invalid OAuth access token."))
        body = asked.json
        to = body["recipient"].get("id")
        if to in self.outside and body.get("messaging_type") == "RESPONSE":
            return Answer(400, _error(10, "This message is sent outside of allowed window.", 2018278))
        return Answer(200, {"recipient_id": to or "9001", "message_id": self.next_id("m_")})


def _error(code: int, message: str, subcode: int = 0) -> dict:
    return {"error": {"message": message, "type": "OAuthException", "code": code, "error_subcode": subcode}}


def page(*entries: dict) -> bytes:
    """A webhook's body, letters escaped as Meta does."""
    stamp = int(time.time() * 1000)
    whole = [{"id": PAGE, "time": stamp, **entry} for entry in entries]
    return json.dumps({"object": "page", "entry": whole}, ensure_ascii=True).encode()


def message(said: str, mid: str, sender: str = "5501234567890", **more) -> dict:
    return {
        "sender": {"id": sender},
        "recipient": {"id": PAGE},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": mid, "text": said, **more},
    }


def comment(said: str, comment_id: str, author: str = "77001", verb: str = "add") -> dict:
    value = {
        "item": "comment",
        "verb": verb,
        "comment_id": comment_id,
        "post_id": f"{PAGE}_1",
        "from": {"id": author, "name": "Lê Văn B"},
        "message": said,
        "created_time": int(time.time()),
    }
    return {"field": "feed", "value": value}


def headers(body: bytes, secret: str = APP_SECRET) -> dict:
    signed = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={signed}", "Content-Type": "application/json"}
