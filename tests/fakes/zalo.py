"""Zalo: tokens that are used up, HTTP 200 with the error inside, the window, templates; its webhooks and their mac."""

import hashlib
import json
import time

from fakes.server import Answer, Asked, Provider

APP_ID, OA_SECRET, APP_SECRET = "4019571234567890123", "khoa-oa", "khoa-ung-dung"


class Zalo(Provider):
    def __init__(self):
        super().__init__()
        self.access, self.refresh = "access-0", "refresh-0"
        self.spent: list[str] = []
        self.outside: set[str] = set()  # people who have not written for seven days
        self.unknown_phones: set[str] = set()

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/v4/oa/access_token":
            return self._exchange(asked)
        if asked.headers.get("access_token") != self.access:
            return Answer(200, {"error": -216, "message": "Access token is invalid"})
        if asked.path == "/v3.0/oa/message/cs":
            if asked.json["recipient"]["user_id"] in self.outside:
                return Answer(
                    200, {"error": -230, "message": "User has not interacted with the OA in the past 7 days"}
                )
            data = {"message_id": self.next_id("m"), "user_id": asked.json["recipient"]["user_id"]}
            return Answer(200, {"error": 0, "message": "Success", "data": data})
        if asked.path == "/message/template":
            if asked.json["phone"] in self.unknown_phones:
                return Answer(200, {"error": -118, "message": "Zalo account not existed"})
            data = {"msg_id": self.next_id("z"), "sent_time": "1764000000000", "quota": {"dailyQuota": "500"}}
            return Answer(200, {"error": 0, "message": "Success", "data": data})
        return Answer(404)

    def _exchange(self, asked: Asked) -> Answer:
        form = asked.form
        right = asked.headers.get("secret_key") == APP_SECRET and form.get("grant_type") == "refresh_token"
        if not right or form.get("refresh_token") != self.refresh:
            return Answer(200, {"error": -14014, "error_name": "Invalid refresh token"})
        self.spent.append(self.refresh)
        self.access, self.refresh = f"access-{len(self.spent)}", f"refresh-{len(self.spent)}"
        tokens = {"access_token": self.access, "refresh_token": self.refresh, "expires_in": "90000"}
        return Answer(200, tokens)


def event(name: str, sender: str = "8237465091827364", stamp: int | None = None, **more) -> bytes:
    """The body of a webhook. `more`: `message`, `follower` …"""
    told = {
        "app_id": APP_ID,
        "sender": {"id": sender},
        "recipient": {"id": "579745863508352884"},
        "event_name": name,
        "timestamp": str(stamp or int(time.time() * 1000)),
        **more,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def text(said: str, msg_id: str, **more) -> bytes:
    return event("user_send_text", message={"msg_id": msg_id, "text": said}, **more)


def location(latitude: float, longitude: float, msg_id: str) -> bytes:
    place = {"coordinates": {"latitude": str(latitude), "longitude": str(longitude)}}
    message = {"msg_id": msg_id, "text": "", "attachments": [{"type": "location", "payload": place}]}
    return event("user_send_location", message=message)


def image(url: str, msg_id: str) -> bytes:
    files = [{"type": "image", "payload": {"url": url, "thumbnail": url}}]
    return event("user_send_image", message={"msg_id": msg_id, "attachments": files})


def headers(body: bytes, secret: str = OA_SECRET) -> dict:
    """As Zalo signs: plain SHA-256 over app id, body, timestamp and the OA's secret key."""
    stamp = json.loads(body)["timestamp"]
    mac = hashlib.sha256(APP_ID.encode() + body + stamp.encode() + secret.encode()).hexdigest()
    return {"X-ZEvent-Signature": f"mac={mac}", "Content-Type": "application/json"}
