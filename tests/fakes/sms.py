"""Twilio's and a domestic gateway's side of SMS: taking messages, refusing numbers, telling what became of them."""

import hashlib
import hmac
import json
import time

from fakes.server import Answer, Asked, Provider

SID, TOKEN, SECRET = "AC" + "0" * 32, "twilio-token", "khoa-cong-sms"
WRONG = "+84900000001"  # to Twilio and to the gateway


class Twilio(Provider):
    def answer(self, asked: Asked) -> Answer:
        form = asked.form
        if form.get("To", "").endswith(WRONG):
            return Answer(400, {"code": 21211, "message": "Invalid 'To' Phone Number", "status": 400})
        prefix = "CA" if asked.path.endswith("/Calls.json") else "SM"
        return Answer(201, {"sid": self.next_id(prefix), "status": "queued", "to": form.get("To")})


class Gateway(Provider):
    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("x-signature") != signed(asked.headers["x-timestamp"], asked.body):
            return Answer(403, {"error": 1, "message": "bad signature"})
        if asked.json["to"] == WRONG:
            return Answer(200, {"error": 7, "message": "invalid number", "retry": False})
        return Answer(200, {"id": self.next_id("g")})


def signed(stamp: str, body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def gateway_headers(body: bytes, stamp: float | None = None, secret: str = SECRET) -> dict:
    stamp = str(int(stamp if stamp is not None else time.time()))
    return {
        "X-Timestamp": stamp,
        "X-Signature": signed(stamp, body, secret),
        "Content-Type": "application/json",
    }


def gateway_message(said: str, id_: str, sender: str = "+84912345678") -> bytes:
    return json.dumps(
        {"type": "message", "id": id_, "from": sender, "text": said}, ensure_ascii=False
    ).encode()


def twilio_headers(url: str, form: dict, token: str = TOKEN) -> dict:
    from twilio.request_validator import RequestValidator

    return {"X-Twilio-Signature": RequestValidator(token).compute_signature(url, form)}
