"""Random and mutated webhook requests; half are signed after the mutation, so that what is behind the door is met."""

import json
import random
from collections.abc import Iterator
from urllib.parse import urlencode

from fakes import facebook, sms, zalo

JUNK = (
    *(
        None,
        True,
        -1,
        10**400,
        1.5e308,
        float("nan"),
        "",
        "x" * 3000,
        "\ud800",
        "\x00",
        [],
        {},
        [[]],
        "é" * 200,
    ),
    *({"id": {"id": []}}, "99999999999999999999", "' or 1=1 --", "<script>", "{{7*7}}", "../../etc/passwd"),
)
HEADERS = (
    "application/json",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "é/ü",
    "",
)


def requests(accounts: dict, count: int, seed: int = 1) -> Iterator[tuple]:
    """(address, body, headers, method) of so many requests. `accounts`: {provider: Channel Account}."""
    chance = random.Random(seed)
    for number in range(count):
        provider = chance.choice(sorted(accounts))
        address = accounts[provider].webhook_address
        body = _mutated(_valid(provider, number, chance), chance)
        signed = chance.random() < 0.5
        headers = _signed(provider, address, body, chance) if signed else _unsigned(chance)
        if chance.random() < 0.1:
            headers["Content-Type"] = chance.choice(HEADERS)
        if chance.random() < 0.05:
            address += chance.choice(
                ("x", "&cmd=frappe.client.get_list", "&key=x", "&hub.mode[]=1", "%00", "&_=1")
            )
        yield address, body, headers, chance.choice(("POST",) * 9 + ("GET", "PUT", "HEAD"))


def _valid(provider: str, number: int, chance) -> object:
    if provider == "Zalo OA":
        name = chance.choice(
            (
                "user_send_text",
                "user_send_image",
                "user_send_location",
                "follow",
                "user_received_message",
                "x",
            )
        )
        files = [{"type": "location", "payload": {"coordinates": {"latitude": "19.8", "longitude": "105.7"}}}]
        files += [{"type": "image", "payload": {"url": "https://s1.zdn.vn/a.jpg"}}]
        message = {"msg_id": f"z{number}", "text": "Đường hỏng", "attachments": files, "msg_ids": ["a", "b"]}
        return json.loads(zalo.event(name, message=message, follower={"id": "7"}))
    if provider == "Facebook Page":
        files = [{"type": "image", "payload": {"url": "https://x.fbcdn.net/a.jpg"}}]
        entries = [
            {"messaging": [facebook.message("Đèn hỏng", f"mid.{number}", attachments=files)]},
            {"changes": [facebook.comment("Đèn hỏng", f"c_{number}")]},
            {"messaging": [{"timestamp": 1764000000000, "delivery": {"mids": ["m1"], "watermark": 1}}]},
        ]
        return json.loads(facebook.page(*entries))
    if provider == "SMS gateway":
        row = {"type": "message", "id": f"g{number}", "from": "+84912345678", "text": "Đường hỏng"}
        return chance.choice((row, {"events": [row, {"type": "status", "id": "g1", "status": "delivered"}]}))
    return {
        "MessageSid": f"SM{number}",
        "MessageStatus": chance.choice(("sent", "failed")),
        "ErrorCode": "30003",
    }


def _mutated(value, chance) -> bytes:
    """The body with something wrong: other values, other kinds, missing keys, broken bytes, or nothing wrong at all."""
    for _time in range(chance.randrange(4)):
        value = _touched(value, chance)
    if isinstance(value, dict) and "MessageSid" in value:
        raw = urlencode({str(k): str(v) for k, v in value.items()}, errors="replace").encode()
    else:
        raw = json.dumps(value, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")
    kind = chance.random()
    if kind < 0.1:
        return chance.randbytes(chance.randrange(200))
    if kind < 0.2 and raw:
        at = chance.randrange(len(raw))
        return raw[:at] + chance.randbytes(3) + raw[at + chance.randrange(9) :]
    if kind < 0.25:
        return b"[" * chance.choice((10, 5000)) + raw
    if kind < 0.28:
        # Not "login": with that the framework itself leaves its own session without a user, at any address.
        return json.dumps({"cmd": chance.choice(("frappe.nothing", "frappe.ping", 7)), "x": 1}).encode()
    return raw


def _touched(value, chance):
    if isinstance(value, dict) and value:
        key = chance.choice(sorted(value, key=str))
        kind = chance.random()
        if kind < 0.15:
            return {k: v for k, v in value.items() if k != key}
        if kind < 0.4:
            return {**value, key: chance.choice(JUNK)}
        return {**value, key: _touched(value[key], chance)}
    if isinstance(value, list) and value:
        at = chance.randrange(len(value))
        return [*value[:at], _touched(value[at], chance), *value[at + 1 :]]
    return chance.choice(JUNK)


def _signed(provider: str, address: str, body: bytes, chance) -> dict:
    if provider == "Zalo OA":
        try:
            return zalo.headers(body)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return {"X-ZEvent-Timestamp": "1764000000000", "X-ZEvent-Signature": "mac=00"}
    if provider == "Facebook Page":
        return facebook.headers(body)
    if provider == "SMS gateway":
        return sms.gateway_headers(body)
    form = dict(pair.split("=", 1) for pair in body.decode("ascii", "ignore").split("&") if "=" in pair)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return kind | sms.twilio_headers(address, form)


def _unsigned(chance) -> dict:
    name = chance.choice(
        ("X-ZEvent-Signature", "X-Hub-Signature-256", "X-Signature", "X-Twilio-Signature", "X-Timestamp")
    )
    return {
        name: chance.choice(("", "mac=", "sha256=00", "é", "x" * 500, "1764000000")),
        "Content-Type": "application/json",
    }
