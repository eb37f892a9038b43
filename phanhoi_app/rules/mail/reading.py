"""A mail from its raw bytes: who, what, with what attached. What cannot be read is left out, never an error."""

from __future__ import annotations

import binascii
import email
import email.utils
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timezone
from email.message import Message
from typing import NamedTuple

from phanhoi_app.rules import legacy_text
from phanhoi_app.rules.mail import body
from phanhoi_app.rules.text import clean_typed

MOST_PARTS = 200
MOST_TEXT = 200_000  # characters: what is longer is no complaint
_LOGO = 12_000  # bytes: a picture within the page that is smaller decorates it

_ENCODED = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)\s+(=\?)")
_ID = re.compile(r"<([^<>\s]{1,250})>")
_CHECK = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


class Attachment(NamedTuple):
    """A file as it came; `content_type` is what the sender claims."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail, read. Addresses are in lower case; `message_id` and `references` without angle brackets.

    `key` tells this mail from every other one: its Message-ID, or where it has none the digest of its bytes.
    `checks` holds what our own mail server said of SPF, DKIM and DMARC: shown, never trusted.
    """

    key: str
    message_id: str
    sender: str
    sender_name: str
    reply_to: str
    recipients: tuple[str, ...]
    subject: str
    references: tuple[str, ...]
    sent_at: datetime | None
    text: str
    encoding: str
    attachments: tuple[Attachment, ...]
    headers: dict[str, tuple[str, ...]] = field(repr=False)
    checks: dict[str, str]
    reports: tuple[str, ...] = field(repr=False)

    def header(self, name: str) -> str:
        """The first header of a name, empty for none."""
        return next(iter(self.headers.get(name.lower(), ())), "")


def read(raw: bytes) -> Mail:
    """The mail of these bytes. Never raises, whatever the bytes."""
    message = email.message_from_bytes(raw)
    headers: dict[str, tuple[str, ...]] = {}
    for name, value in message.raw_items():
        headers[name.lower()] = (*headers.get(name.lower(), ()), _unfolded(str(value)))

    def first(name: str) -> str:
        return next(iter(headers.get(name, ())), "")

    sender_name, sender = _address(first("from"))
    texts, reports, attachments, encoding = _parts(message)
    ids = _ID.findall(first("message-id"))
    message_id = _plain(ids[0]) if ids else ""
    everywhere = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")
    return Mail(
        key=message_id[:140] or hashlib.sha256(raw).hexdigest(),
        message_id=message_id,
        sender=sender,
        sender_name=sender_name,
        reply_to=_address(first("reply-to"))[1],
        recipients=tuple(
            dict.fromkeys(a for name in everywhere for v in headers.get(name, ()) for a in _addresses(v))
        ),
        subject=clean_typed(words(first("subject"))).replace("\n", " ")[:500],
        references=tuple(
            dict.fromkeys(
                _plain(each) for name in ("in-reply-to", "references") for each in _ID.findall(first(name))
            )
        )[:100],
        sent_at=_date(first("date")),
        text=texts[:MOST_TEXT],
        encoding=encoding,
        attachments=tuple(attachments),
        headers=headers,
        checks=_checks(headers),
        reports=tuple(reports),
    )


def words(value: str) -> str:
    """A header in words: encoded words decoded, joined where a letter was torn in two."""
    value = _BETWEEN_ENCODED.sub(r"\1\2", value)
    out, last, torn = [], 0, None  # torn: (charset, bytes) of the encoded words that stand in a row
    for found in _ENCODED.finditer(value):
        between = value[last : found.start()]
        charset, raw = found[1].partition("*")[0].lower(), _encoded_bytes(found[2], found[3])
        if torn and (between or torn[0] != charset):
            out.append(legacy_text.decode(torn[1], torn[0])[0])
            torn = None
        if between:
            out.append(_raw(between))
        torn = (charset, (torn[1] if torn else b"") + raw)
        last = found.end()
    if torn:
        out.append(legacy_text.decode(torn[1], torn[0])[0])
    out.append(_raw(value[last:]))
    return "".join(out)


def _encoded_bytes(how: str, text: str) -> bytes:
    raw = text.encode("ascii", "replace")
    if how in "qQ":
        raw = raw.replace(b"_", b" ")
        return re.sub(rb"=([0-9A-Fa-f]{2})", lambda code: bytes((int(code[1], 16),)), raw)
    return _unbase64(raw)


def _unbase64(raw: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    try:
        return binascii.a2b_base64(kept[: len(kept) - (len(kept) % 4 == 1)] + b"==")
    except ValueError:
        return b""


def _raw(text: str) -> str:
    """Header text with bytes beyond ASCII, which Python keeps as lone surrogates."""
    if text.isascii():
        return text
    return legacy_text.decode(text.encode("utf-8", "surrogateescape"))[0]


def _plain(text: str) -> str:
    return "".join(c for c in text if "!" <= c <= "~")


def _unfolded(value: str) -> str:
    return re.sub(r"[\r\n]+\s*", " ", value)[:20_000]


def _addresses(value: str) -> Iterator[str]:
    for _name, address in _pairs(value):
        address = _plain(address).lower()
        if "@" in address:
            yield address[:140]


def _address(value: str) -> tuple[str, str]:
    for name, address in _pairs(value):
        address = _plain(address).lower()
        if "@" in address:
            return clean_typed(words(name)).replace("\n", " ").strip("\"' ")[:140], address[:140]
    return "", ""


def _pairs(value: str) -> list[tuple[str, str]]:
    try:
        return email.utils.getaddresses([value[:5000]])
    except (ValueError, IndexError, TypeError, AttributeError):
        return []


def _date(value: str) -> datetime | None:
    """When the sender's machine says that it was sent, in UTC without zone."""
    try:
        moment = email.utils.parsedate_to_datetime(value)
        return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _parts(message: Message) -> tuple[str, list[str], list[Attachment], str]:
    """(text, texts of delivery reports, attachments, encoding)"""
    plain, html, reports, attachments, encoding = [], [], [], [], ""
    for number, part in enumerate(_walk(message)):
        if number > MOST_PARTS:
            break
        kind = _kind(part)
        filename = _filename(part)
        if kind in ("message/delivery-status", "text/rfc822-headers"):
            reports.append(_report(part))
            continue
        if part.is_multipart():
            continue
        content = _content(part)
        attached = filename or _disposition(part) == "attachment"
        if kind in ("text/plain", "text/html") and not attached:
            text, charset = legacy_text.decode(content, _parameter(part, "charset"))
            (plain if kind == "text/plain" else html).append(text[: MOST_TEXT * 5])
            encoding = encoding or charset
        elif content and not (kind.startswith("image/") and part.get("Content-ID") and len(content) < _LOGO):
            attachments.append(Attachment(filename or "", kind, content))
    text = "\n\n".join(each for each in plain if each.strip())
    if not text.strip():
        text = "\n\n".join(body.from_html(each) for each in html)
        # A page in an old font is declared letter by letter, and shows what it is only when it is text.
        text, found = legacy_text.repair(text)
        encoding = found or encoding
    return clean_typed(text), reports, attachments, encoding


def _walk(message: Message, depth: int = 0) -> Iterator[Message]:
    yield message
    if message.is_multipart() and depth < 20 and _kind(message) not in ("message/delivery-status",):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _walk(part, depth + 1)


def _kind(part: Message) -> str:
    try:
        return part.get_content_type()
    except (ValueError, TypeError, AttributeError, LookupError):
        return "text/plain"


def _disposition(part: Message) -> str:
    return str(part.get("Content-Disposition") or "").partition(";")[0].strip().lower()


def _filename(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (ValueError, TypeError, LookupError, AttributeError):
        name = ""
    return re.sub(r"[\\/\x00-\x1f]+", "_", clean_typed(words(str(name))))[-120:]


def _parameter(part: Message, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return value if isinstance(value, str) else ""


def _content(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError):
        return b""
    return content if isinstance(content, bytes) else b""


def _report(part: Message) -> str:
    if part.is_multipart():
        return "\n".join(str(inner) for inner in part.get_payload())
    return _content(part).decode("utf-8", "replace")


def _checks(headers) -> dict[str, str]:
    """What the receiving server noted. Only its topmost line counts: whoever sends may have written those below."""
    found = {}
    for name, result in _CHECK.findall(next(iter(headers.get("authentication-results", ())), "")):
        found.setdefault(name.lower(), result.lower())
    if "spf" not in found and (spf := next(iter(headers.get("received-spf", ())), "")):
        found["spf"] = re.split(r"\W", spf.strip().lower(), maxsplit=1)[0]
    return found
