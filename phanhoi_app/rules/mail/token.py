"""The sign by which an answer is known: in the Message-ID of what we send, in its Reply-To or in its subject.

It names one message of ours and carries a seal that only this site can make. A complaint's number is no such sign:
everybody can write one into a subject.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator

_SEAL = 10  # bytes: 80 bits
_LENGTH = 32  # letters: 10 bytes of the name, 10 of the seal
_IN_TEXT = re.compile(rf"\bph-([a-z2-7]{{{_LENGTH}}})(?![a-z0-9])", re.IGNORECASE)


def make(secret: bytes, message: str) -> str:
    """The token of a message, "ph-" and 32 letters; `message` is its name, 20 hexadecimal digits."""
    name = bytes.fromhex(message)
    return "ph-" + base64.b32encode(name + _seal(secret, name)).decode().lower()


def read(secret: bytes, token: str) -> str | None:
    """The name of the message that a token of this site names; None for anything else."""
    found = _IN_TEXT.fullmatch(token.strip())
    if not found:
        return None
    raw = base64.b32decode(found[1].upper())
    name, seal = raw[:-_SEAL], raw[-_SEAL:]
    return name.hex() if hmac.compare_digest(seal, _seal(secret, name)) else None


def found_in(secret: bytes, *texts: str) -> Iterator[str]:
    """Names of the messages whose tokens stand in the texts, in their order."""
    for text in texts:
        for token in _IN_TEXT.finditer(text):
            if name := read(secret, token[0]):
                yield name


def tagged(address: str, token: str) -> str:
    """The address with the token: "phanhoi@tinh.vn" as "phanhoi+ph-…@tinh.vn"."""
    local, at, domain = address.rpartition("@")
    return f"{local}+{token}{at}{domain}"


def untagged(address: str) -> str:
    """The address without what follows a plus."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def without(text: str) -> str:
    """A subject without the token and its brackets."""
    return re.sub(r"\s*\[?" + _IN_TEXT.pattern + r"\]?", "", text, flags=re.IGNORECASE).strip()


def _seal(secret: bytes, name: bytes) -> bytes:
    return hmac.new(secret, b"mail:" + name, hashlib.sha256).digest()[:_SEAL]
